"""New tasks wake the workers, as new mail does (core.models.outbox)."""

from django.db import migrations

# The table is another package's, so this trigger can't stand beside its model. It names no column: it is in the way
# of none of the package's migrations. The channel is CHANNEL of core/management/commands/worker.py.
WAKE = """
CREATE FUNCTION core_wake_workers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NOTIFY attune_worker;
    RETURN NULL;
END
$$
"""
NEW_TASK = """
CREATE TRIGGER core_task_new AFTER INSERT ON django_tasks_database_dbtaskresult
FOR EACH STATEMENT EXECUTE FUNCTION core_wake_workers()
"""
DROP = """
DROP TRIGGER core_task_new ON django_tasks_database_dbtaskresult;
DROP FUNCTION core_wake_workers();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0001_initial"),
        ("django_tasks_database", "0021_conditional_partial_index_ordering"),
    ]

    operations = [migrations.RunSQL([WAKE, NEW_TASK], DROP)]
