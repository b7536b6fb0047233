"""From an editor over a moderator to the readers, and what never gets there by itself."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import GroupApprovalTask, Page, Task, Workflow, WorkflowPage, WorkflowTask

from accounts.models import User
from core.approval import RefusedError, UndecidedError
from directory import services
from directory.models import CheckTask, Specialist
from tests.directory.profiles import approve, make_directory, make_public, make_submitted
from tests.factories.pages import fresh, make_tree
from tests.factories.people import (
    log_in_to_cms,
    make_administrator,
    make_editor,
    make_moderator,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def moderator() -> User:
    return make_moderator()


def waiting_article(moderator: User, **fields: Any) -> Any:
    """A published article whose new title waits for `moderator`'s group."""
    article = make_tree()["en"].article
    workflow = Workflow.objects.get(workflow_pages__page__depth=1)
    for name, value in {"title": "New", **fields}.items():
        setattr(article, name, value)
    editor = make_editor()
    article.save_revision(user=editor)
    workflow.start(article, editor)
    return fresh(article)


def decide(client: Client, user: User, article: Any, action: str, **data: Any) -> Any:
    log_in_to_cms(client, user)
    state = article.current_workflow_task_state
    address = reverse("wagtailadmin_pages:workflow_action", args=[article.pk, action, state.pk])
    return client.post(address, data, follow=True)


def test_what_a_moderator_approves_is_published_and_no_longer_locked(client: Client, moderator: User) -> None:
    article = waiting_article(moderator)
    response = decide(client, moderator, article, "approve")
    assert response.status_code == 200
    assert "do not have permission" not in response.content.decode()
    article = fresh(article)
    assert (article.title, article.live, article.workflow_in_progress) == ("New", True, False)


def test_what_a_moderator_approves_for_a_date_is_published_on_that_date(
    client: Client, moderator: User
) -> None:
    article = waiting_article(moderator, go_live_at=timezone.now() + timedelta(days=1))
    decide(client, moderator, article, "approve")
    assert fresh(article).title == "Sleep"
    article.revisions.update(approved_go_live_at=timezone.now() - timedelta(minutes=1))
    revision = article.get_latest_revision()
    revision.content["go_live_at"] = (timezone.now() - timedelta(minutes=1)).isoformat()
    revision.save()
    call_command("publish_scheduled")
    assert fresh(article).title == "New"


def test_what_a_moderator_sends_back_is_the_editors_again(client: Client, moderator: User) -> None:
    article = waiting_article(moderator)
    response = decide(client, moderator, article, "reject", comment="Say more.")
    assert "do not have permission" not in response.content.decode()
    article = fresh(article)
    assert article.title == "Sleep"
    assert article.current_workflow_state.status == "needs_changes"
    assert article.permissions_for_user(User.objects.get(email="editor@attune.example")).can_publish()


def test_a_step_that_is_switched_off_approves_nothing(client: Client, moderator: User) -> None:
    article = waiting_article(moderator)
    task = article.current_workflow_task
    log_in_to_cms(client, make_administrator())
    address = reverse("wagtailadmin_workflows:disable_task", args=[task.pk])
    response = client.post(address, follow=True)
    assert "1 page or specialist is in this workflow" in response.content.decode()
    workflow = article.current_workflow_state.workflow
    response = client.post(reverse("wagtailadmin_workflows:disable", args=[workflow.pk]), follow=True)
    assert "1 page or specialist is in this workflow" in response.content.decode()
    assert fresh(article).title == "Sleep"
    assert Task.objects.get(pk=task.pk).active
    assert fresh(article).workflow_in_progress
    with pytest.raises(UndecidedError):
        article.current_workflow_task_state.workflow_state.finish()


# --- Specialists --------------------------------------------------------------------------------------------------


def test_whoever_waits_stays_waiting_when_the_check_is_to_be_switched_off(client: Client) -> None:
    make_directory()
    specialist = make_submitted()
    workflow = specialist.open_review.workflow
    log_in_to_cms(client, make_administrator())
    for name, pk in (("disable_task", workflow.tasks.get().pk), ("disable", workflow.pk)):
        response = client.post(reverse(f"wagtailadmin_workflows:{name}", args=[pk]), follow=True)
        assert "Decide about it first." in response.content.decode()
    specialist.refresh_from_db()
    assert (specialist.state, specialist.checked_on) == (Specialist.State.SUBMITTED, None)
    assert specialist.open_review.status == "in_progress"


def test_a_workflow_that_ends_without_the_check_changes_nothing(moderator: User) -> None:
    make_directory()
    waiting = make_submitted()
    public = make_public(moderator)
    services.save_facts(specialist=public, by=public.user, facts={"name": "Somebody Else"})
    for specialist in (waiting, public):
        state = specialist.open_review.current_task_state
        with pytest.raises(UndecidedError):
            state.approve(user=moderator)
        with pytest.raises(UndecidedError):
            specialist.open_review.finish(user=moderator)
        assert specialist.open_review.status == "in_progress"
    waiting.refresh_from_db()
    public.refresh_from_db()
    assert waiting.state == Specialist.State.SUBMITTED
    assert public.name == "Vera Example"
    assert public.checks.count() == 1
    approve(public, moderator)
    public.refresh_from_db()
    assert (public.name, public.checks.count()) == ("Somebody Else", 2)


def test_the_check_stands_alone_in_its_workflow() -> None:
    make_directory()
    workflow = CheckTask.workflow()
    step = GroupApprovalTask.objects.create(name="Another look")
    with pytest.raises(RefusedError):
        WorkflowTask.objects.create(workflow=workflow, task=step, sort_order=1)
    with pytest.raises(RefusedError):
        WorkflowPage.objects.create(workflow=workflow, page=Page.objects.get(depth=2))
    of_pages = Workflow.objects.create(name="Pages")
    WorkflowTask.objects.create(workflow=of_pages, task=step, sort_order=0)
    with pytest.raises(RefusedError):
        WorkflowTask.objects.create(workflow=of_pages, task=CheckTask.objects.get(), sort_order=1)


def test_a_step_isnt_changed_while_somebody_waits() -> None:
    make_directory()
    specialist = make_submitted()
    step = specialist.open_review.workflow.workflow_tasks.get()
    step.save()
    with pytest.raises(RefusedError), transaction.atomic():
        step.delete()
    with pytest.raises(RefusedError), transaction.atomic():
        specialist.open_review.workflow.delete()


def test_the_title_of_a_page_is_the_name_that_was_checked(moderator: User) -> None:
    make_directory()
    page = make_public(moderator).pages.get()
    page.title = "Prof. Somebody Else"
    page.save_revision().publish(user=make_administrator())
    assert fresh(page).title == "Vera Example"
