"""From an editor over a moderator to the readers, and what never gets there by itself."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import GroupApprovalTask, Page, Task, Workflow, WorkflowPage, WorkflowTask

from accounts.models import User
from core.workflows.approval import RefusedError, UndecidedError
from directory import services
from directory.models import CheckTask, Specialist
from tests.core.page_forms import form_of
from tests.directory.profiles import approve, make_directory, make_public, make_submitted
from tests.factories.pages import fresh, make_article, make_tree, submitted
from tests.factories.people import (
    log_in_to_cms,
    make_administrator,
    make_editor,
    make_moderator,
    make_translator,
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
    tomorrow = timezone.now() + timedelta(days=1)
    article = waiting_article(moderator, go_live_at=tomorrow)
    decide(client, moderator, article, "approve")
    for moment, title in (
        (tomorrow - timedelta(minutes=1), "Sleep"),
        (tomorrow + timedelta(minutes=1), "New"),
    ):
        with time_machine.travel(moment, tick=False):
            call_command("publish_scheduled")
        assert fresh(article).title == title


def test_a_moderator_can_follow_the_links_beside_what_waits(client: Client, moderator: User) -> None:
    article = waiting_article(moderator)
    other = article.get_parent()
    log_in_to_cms(client, moderator)

    def addresses(page: Any) -> list[str]:
        compared = reverse("wagtailadmin_pages:revisions_compare", args=[page.pk, "live", "latest"])
        return [
            compared,
            *(reverse(f"wagtailadmin_pages:{name}", args=[page.pk]) for name in ("history", "usage")),
        ]

    for address in addresses(article):
        assert client.get(address).status_code == 200, address
    for address in addresses(other):
        assert client.get(address).status_code == 302, address


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
    workflow = article.current_workflow_state.workflow
    log_in_to_cms(client, make_administrator())
    for name, one in (("task", task), ("", workflow)):
        address = reverse("wagtailadmin_workflows:disable" + (name and f"_{name}"), args=[one.pk])
        for ask in (client.get, client.post):
            page = ask(address, follow=True).content.decode()
            assert "1 page or specialist is in this workflow" in page
            assert "Are you sure" not in page
            assert address not in page  # where it leads is the form, which offers it no more
    assert fresh(article).title == "Sleep"
    assert Task.objects.get(pk=task.pk).active
    assert fresh(article).workflow_in_progress
    with pytest.raises(UndecidedError):
        article.current_workflow_task_state.workflow_state.finish()


def test_what_is_typed_into_a_workflow_that_stays_as_it_is_isnt_lost(client: Client, moderator: User) -> None:
    article = waiting_article(moderator)
    workflow = article.current_workflow_state.workflow
    step = workflow.workflow_tasks.get()
    other = GroupApprovalTask.objects.create(name="Another look")
    log_in_to_cms(client, make_administrator())
    rows = {"TOTAL_FORMS": 1, "INITIAL_FORMS": 1, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": 1000}
    data = {
        "name": "Moderators and somebody else",
        **{f"workflow_tasks-{key}": value for key, value in rows.items()},
        "workflow_tasks-0-id": step.pk,
        "workflow_tasks-0-task": other.pk,
        "workflow_tasks-0-ORDER": 1,
        **{f"pages-{key}": 0 if key.endswith("_FORMS") else value for key, value in rows.items()},
    }
    response = client.post(reverse("wagtailadmin_workflows:edit", args=[workflow.pk]), data)
    page = response.content.decode()
    assert response.status_code == 200
    assert "1 page or specialist is in this workflow" in page
    assert 'value="Moderators and somebody else"' in page
    workflow.refresh_from_db()
    step.refresh_from_db()
    assert (workflow.name, step.task_id) == ("Moderators approval", article.current_workflow_task.pk)


def test_a_workflow_that_is_refused_when_it_is_made_comes_back_as_it_was_typed(client: Client) -> None:
    make_directory()
    make_submitted()
    check = CheckTask.objects.get()
    other = GroupApprovalTask.objects.create(name="Another look")
    log_in_to_cms(client, make_administrator())
    empty = {"INITIAL_FORMS": 0, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": 1000}
    data = {
        "name": "Two looks",
        "workflow_tasks-TOTAL_FORMS": 2,
        "pages-TOTAL_FORMS": 0,
        **{f"{name}-{key}": value for name in ("workflow_tasks", "pages") for key, value in empty.items()},
        **{f"workflow_tasks-{n}-task": task.pk for n, task in enumerate((check, other))},
        **{f"workflow_tasks-{n}-ORDER": n + 1 for n in range(2)},
    }
    response = client.post(reverse("wagtailadmin_workflows:add"), data)
    page = response.content.decode()
    assert "The check of specialists is a workflow of its own" in page
    assert 'value="Two looks"' in page
    assert not Workflow.objects.filter(name="Two looks").exists()


def test_what_an_editor_writes_is_kept_when_nobody_can_approve_it(client: Client) -> None:
    page = make_tree()["en"].index
    Task.objects.get(workflow_tasks__workflow__workflow_pages__page__depth=1).deactivate()
    log_in_to_cms(client, make_editor())
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    data = {**form_of(client.get(address).content), "title": "A long night’s work", "action-submit": "1"}
    answer = client.post(address, data, follow=True).content.decode()
    assert "This workflow has no active step" in answer
    assert "What was typed is saved as a draft." in answer
    page = fresh(page)
    assert (page.title, page.get_latest_revision_as_object().title) == ("Articles", "A long night’s work")
    assert not page.workflow_in_progress


@pytest.mark.parametrize("headers", [{}, {"x-requested-with": "XMLHttpRequest"}])
def test_a_translation_that_cant_be_approved_waits_on_and_it_is_said_why(
    client: Client, moderator: User, headers: dict[str, str]
) -> None:
    tree = make_tree("uk")
    translation = submitted(make_article(tree["en"].index, title="Rest", slug="rest"), "uk")
    page = translation.get_target_instance()
    Workflow.objects.get(workflow_pages__page__depth=1).start(page, make_translator("uk"))
    log_in_to_cms(client, moderator)
    state = page.current_workflow_task_state
    address = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "approve", state.pk])
    response = client.post(address, {"comment": "Good."}, headers=headers)
    if headers:
        assert response.json() == {"step": "success", "redirect": reverse("wagtailadmin_home")}
    page = client.get(reverse("wagtailadmin_home")).content.decode()
    assert "Nothing was published." in page
    assert "missing or wrong" in page
    target = translation.get_target_instance()
    assert (target.live, target.workflow_in_progress) == (False, True)


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
