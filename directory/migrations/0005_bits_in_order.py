from django.db import migrations

# As in 0002, but that an UPDATE locks all chunks whose bits it changes before it touches any: those of options that
# are switched off and those of options that are switched on, together and in their order.
CHANGED = """
CREATE OR REPLACE FUNCTION directory_rows_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    specialists bigint[];
    options integer[];
BEGIN
    PERFORM directory_lock_bits(chunk) FROM (
        SELECT DISTINCT (specialist_id / 2048)::int AS chunk
        FROM old_rows AS was JOIN new_rows AS become USING (specialist_id)
        WHERE (was.facets, was.soon) IS DISTINCT FROM (become.facets, become.soon) ORDER BY 1
    ) AS touched;
%s
    RETURN NULL;
END
$$
"""
BEFORE = """
CREATE OR REPLACE FUNCTION directory_rows_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    specialists bigint[];
    options integer[];
BEGIN
%s
    RETURN NULL;
END
$$
"""
FLIPS = """
    SELECT array_agg(was.specialist_id), array_agg(option) INTO specialists, options
    FROM old_rows AS was JOIN new_rows AS become USING (specialist_id), unnest(was.facets || was.soon) AS option
    WHERE (was.facets, was.soon) IS DISTINCT FROM (become.facets, become.soon)
        AND option <> ALL (become.facets || become.soon);
    IF specialists IS NOT NULL THEN
        PERFORM directory_flip_bits(specialists, options, false);
    END IF;
    SELECT array_agg(become.specialist_id), array_agg(option) INTO specialists, options
    FROM old_rows AS was JOIN new_rows AS become USING (specialist_id), unnest(become.facets || become.soon) AS option
    WHERE (was.facets, was.soon) IS DISTINCT FROM (become.facets, become.soon)
        AND option <> ALL (was.facets || was.soon);
    IF specialists IS NOT NULL THEN
        PERFORM directory_flip_bits(specialists, options, true);
    END IF;
"""


class Migration(migrations.Migration):

    dependencies = [
        ("directory", "0004_profile_views"),
    ]

    operations = [migrations.RunSQL([(CHANGED % FLIPS, None)], [(BEFORE % FLIPS, None)])]
