"""New mail and new tasks wake the workers: PostgreSQL tells them at the commit, and nobody after a rollback."""

from django.db import migrations

# The channel is CHANNEL of core/management/commands/worker.py. PostgreSQL tells one transaction's equal
# notifications once.
WAKE = """
CREATE FUNCTION core_wake_workers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NOTIFY attune_worker;
    RETURN NULL;
END
$$
"""

NEW_MAIL = """
CREATE TRIGGER core_outbox_new AFTER INSERT ON core_outbox
FOR EACH STATEMENT EXECUTE FUNCTION core_wake_workers()
"""

# A worker's own notes, that a message is being sent and was sent, wake nobody.
MAIL_AGAIN = """
CREATE TRIGGER core_outbox_again AFTER UPDATE OF state, due_at ON core_outbox
FOR EACH ROW WHEN (NEW.state = 'pending' AND (OLD.state <> 'pending' OR NEW.due_at < OLD.due_at))
EXECUTE FUNCTION core_wake_workers()
"""

# The table is another package's: a trigger that names no column of it is in the way of none of its migrations.
NEW_TASK = """
CREATE TRIGGER core_task_new AFTER INSERT ON django_tasks_database_dbtaskresult
FOR EACH STATEMENT EXECUTE FUNCTION core_wake_workers()
"""

DROP = """
DROP TRIGGER core_task_new ON django_tasks_database_dbtaskresult;
DROP TRIGGER core_outbox_again ON core_outbox;
DROP TRIGGER core_outbox_new ON core_outbox;
DROP FUNCTION core_wake_workers();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0011_country_choices_by_name"),
        ("django_tasks_database", "0021_conditional_partial_index_ordering"),
    ]

    operations = [migrations.RunSQL([WAKE, NEW_MAIL, MAIL_AGAIN, NEW_TASK], DROP)]
