import core.fields
import core.models.pictures
import directory.models.search
import directory.models.validators
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import modelsearch.index
import pgtrigger.compiler
import pgtrigger.migrations
import uuid
import wagtail.fields
import wagtail.images.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('core', '0001_initial'),
        ('wagtailcore', '0098_apitoken'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CheckTask',
            fields=[
                ('task_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='wagtailcore.task')),
            ],
            options={
                'verbose_name': 'check of a specialist',
                'verbose_name_plural': 'checks of specialists',
            },
            bases=('wagtailcore.task',),
        ),
        migrations.CreateModel(
            name='Portrait',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=255, verbose_name='title')),
                ('description', models.CharField(blank=True, default='', max_length=255, verbose_name='description')),
                ('width', models.IntegerField(editable=False, verbose_name='width')),
                ('height', models.IntegerField(editable=False, verbose_name='height')),
                ('created_at', models.DateTimeField(auto_now_add=True, db_index=True, verbose_name='created at')),
                ('focal_point_x', models.PositiveIntegerField(blank=True, null=True)),
                ('focal_point_y', models.PositiveIntegerField(blank=True, null=True)),
                ('focal_point_width', models.PositiveIntegerField(blank=True, null=True)),
                ('focal_point_height', models.PositiveIntegerField(blank=True, null=True)),
                ('file_size', models.PositiveIntegerField(editable=False, null=True)),
                ('file_hash', models.CharField(blank=True, db_index=True, editable=False, max_length=40)),
                ('file', core.models.pictures.RewrittenImageField(height_field='height', upload_to=wagtail.images.models.get_upload_to, verbose_name='file', width_field='width')),
            ],
            options={
                'verbose_name': 'portrait',
                'verbose_name_plural': 'portraits',
                'permissions': [],
                'abstract': False,
                'default_permissions': (),
            },
            bases=(wagtail.images.models.ImageFileMixin, modelsearch.index.Indexed, models.Model),
        ),
        migrations.CreateModel(
            name='Specialist',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('slug', models.SlugField(max_length=120, unique=True, verbose_name='slug')),
                ('state', models.CharField(choices=[('draft', 'draft'), ('submitted', 'submitted'), ('changes', 'changes requested'), ('published', 'published'), ('paused', 'paused'), ('suspended', 'suspended')], default='draft', max_length=12, verbose_name='state')),
                ('gender', models.CharField(blank=True, choices=[('female', 'woman'), ('male', 'man'), ('nonbinary', 'non-binary')], max_length=10, verbose_name='gender')),
                ('credential_country', models.CharField(help_text='Two letters.', max_length=2, verbose_name='country of the register')),
                ('credential_register', models.CharField(max_length=160, verbose_name='register')),
                ('credential_number', models.CharField(max_length=60, verbose_name='number in the register')),
                ('credential_url', models.URLField(blank=True, verbose_name='entry in the register')),
                ('practice_url', models.URLField(blank=True, validators=[directory.models.validators.practice_address], verbose_name='web page of the practice')),
                ('practice_phone', models.CharField(blank=True, max_length=24, validators=[directory.models.validators.international_number], verbose_name='telephone of the practice')),
                ('checked_on', models.DateField(blank=True, null=True, verbose_name='checked on')),
                ('session_languages', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=12), size=None, verbose_name='session languages')),
                ('is_online', models.BooleanField(default=True, verbose_name='works online')),
                ('price_min', models.PositiveIntegerField(blank=True, null=True, verbose_name='price from')),
                ('price_max', models.PositiveIntegerField(blank=True, null=True, verbose_name='price up to')),
                ('currency', models.CharField(default='EUR', max_length=3, verbose_name='currency')),
                ('can_prescribe', models.BooleanField(default=False, verbose_name='can prescribe medicine')),
                ('practising_since', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1950), django.core.validators.MaxValueValidator(2100)], verbose_name='practising since')),
                ('is_accepting', models.BooleanField(default=True, verbose_name='accepting clients')),
                ('accepting_confirmed_on', models.DateField(blank=True, null=True, verbose_name='availability confirmed on')),
                ('accepting_asked_on', models.DateField(blank=True, editable=False, help_text='When we last asked by e-mail.', null=True)),
                ('offers_free_consultation', models.BooleanField(default=False, verbose_name='offers a free consultation')),
                ('changed_at', models.DateTimeField(blank=True, editable=False, help_text='Since when something is public that no moderator has looked at.', null=True)),
                ('flags', models.JSONField(blank=True, default=list, editable=False, help_text='What in the texts was flagged and not looked at yet: kind and words of each.')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('checked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='checked by')),
            ],
            options={
                'verbose_name': 'specialist',
                'verbose_name_plural': 'specialists',
                'ordering': ['name', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='ClientGroup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('translation_key', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('slug', models.SlugField(help_text='Stands in addresses, the same in every language.', max_length=80, verbose_name='slug')),
                ('also_called', models.CharField(blank=True, help_text='Other words that people search for, in any language, with commas between them: depression, Depression, депресія. They are shown nowhere.', max_length=1000, verbose_name='also called')),
                ('locale', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='wagtailcore.locale', verbose_name='locale')),
            ],
            options={
                'verbose_name': 'client group',
                'verbose_name_plural': 'client groups',
                'ordering': ['name'],
                'abstract': False,
            },
            bases=(modelsearch.index.Indexed, models.Model),
        ),
        migrations.CreateModel(
            name='Method',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('translation_key', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('slug', models.SlugField(help_text='Stands in addresses, the same in every language.', max_length=80, verbose_name='slug')),
                ('also_called', models.CharField(blank=True, help_text='Other words that people search for, in any language, with commas between them: depression, Depression, депресія. They are shown nowhere.', max_length=1000, verbose_name='also called')),
                ('locale', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='wagtailcore.locale', verbose_name='locale')),
            ],
            options={
                'verbose_name': 'method',
                'verbose_name_plural': 'methods',
                'ordering': ['name'],
                'abstract': False,
            },
            bases=(modelsearch.index.Indexed, models.Model),
        ),
        migrations.CreateModel(
            name='Place',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('translation_key', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('slug', models.SlugField(help_text='Stands in addresses, the same in every language.', max_length=80, verbose_name='slug')),
                ('also_called', models.CharField(blank=True, help_text='Other words that people search for, in any language, with commas between them: depression, Depression, депресія. They are shown nowhere.', max_length=1000, verbose_name='also called')),
                ('locale', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='wagtailcore.locale', verbose_name='locale')),
            ],
            options={
                'verbose_name': 'place',
                'verbose_name_plural': 'places',
                'ordering': ['name'],
                'abstract': False,
            },
            bases=(modelsearch.index.Indexed, models.Model),
        ),
        migrations.CreateModel(
            name='PortraitRendition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('filter_spec', models.CharField(db_index=True, max_length=255)),
                ('file', wagtail.images.models.WagtailImageField(height_field='height', storage=wagtail.images.models.get_rendition_storage, upload_to=wagtail.images.models.get_rendition_upload_to, width_field='width')),
                ('width', models.IntegerField(editable=False)),
                ('height', models.IntegerField(editable=False)),
                ('focal_point_key', models.CharField(blank=True, default='', editable=False, max_length=16)),
                ('image', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='renditions', to='directory.portrait')),
            ],
            options={
                'default_permissions': (),
            },
            bases=(wagtail.images.models.ImageFileMixin, models.Model),
        ),
        migrations.CreateModel(
            name='Profession',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('translation_key', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('slug', models.SlugField(help_text='Stands in addresses, the same in every language.', max_length=80, verbose_name='slug')),
                ('also_called', models.CharField(blank=True, help_text='Other words that people search for, in any language, with commas between them: depression, Depression, депресія. They are shown nowhere.', max_length=1000, verbose_name='also called')),
                ('locale', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='wagtailcore.locale', verbose_name='locale')),
            ],
            options={
                'verbose_name': 'profession',
                'verbose_name_plural': 'professions',
                'ordering': ['name'],
                'abstract': False,
            },
            bases=(modelsearch.index.Indexed, models.Model),
        ),
        migrations.CreateModel(
            name='SearchOption',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=12)),
                ('value', models.CharField(max_length=80)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('kind', 'value'), name='directory_option_unique')],
            },
        ),
        migrations.CreateModel(
            name='OptionBits',
            fields=[
                ('pk', models.CompositePrimaryKey('option_id', 'chunk', blank=True, editable=False, primary_key=True, serialize=False)),
                ('chunk', models.IntegerField(help_text="The specialist's number divided by the length.")),
                ('bits', directory.models.search.BitField(length=2048)),
                ('option', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='directory.searchoption')),
            ],
        ),
        migrations.CreateModel(
            name='SearchRow',
            fields=[
                ('specialist', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='search_row', serialize=False, to='directory.specialist')),
                ('facets', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), help_text='Options that fit, but for those of `soon`.', size=None)),
                ('name', models.CharField(help_text='As it sorts.', max_length=120)),
                ('name_key', models.CharField(help_text='By its sounds, in small Latin letters: forgives accents and scripts.', max_length=400)),
                ('price', models.PositiveIntegerField(help_text="In the directory's own currency.", null=True)),
                ('confirmed_on', models.DateField(help_text='When they last said that they accept clients.', null=True)),
                ('reply_minutes', models.PositiveIntegerField(help_text='How long requests usually wait; 0: settled at once.', null=True)),
                ('soon', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), default=list, help_text='Options: when they are free in the next 7 days.', size=None)),
                ('next_slot_at', models.DateTimeField(null=True)),
                ('upcoming', django.contrib.postgres.fields.ArrayField(base_field=models.DateTimeField(), default=list, help_text='The next eight free starts.', size=None)),
                ('advance_at', models.DateTimeField(help_text="When the first of them can't be booked any more.", null=True)),
                ('stale_at', models.DateTimeField(help_text='When all of this must be worked out again.', null=True)),
            ],
        ),
        migrations.AddField(
            model_name='specialist',
            name='client_groups',
            field=models.ManyToManyField(blank=True, related_name='specialists', to='directory.clientgroup', verbose_name='client groups'),
        ),
        migrations.AddField(
            model_name='specialist',
            name='latest_revision',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailcore.revision', verbose_name='latest revision'),
        ),
        migrations.AddField(
            model_name='specialist',
            name='methods',
            field=models.ManyToManyField(blank=True, related_name='specialists', to='directory.method', verbose_name='methods'),
        ),
        migrations.AddField(
            model_name='specialist',
            name='place',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='specialists', to='directory.place', verbose_name='place'),
        ),
        migrations.AddField(
            model_name='specialist',
            name='portrait',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='directory.portrait', verbose_name='portrait'),
        ),
        migrations.AddField(
            model_name='specialist',
            name='profession',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='specialists', to='directory.profession', verbose_name='profession'),
        ),
        migrations.AddField(
            model_name='specialist',
            name='topics',
            field=models.ManyToManyField(help_text='Six at most.', related_name='specialists', to='core.topic', verbose_name='topics'),
        ),
        migrations.AddField(
            model_name='specialist',
            name='user',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='specialist', to=settings.AUTH_USER_MODEL, verbose_name='user'),
        ),
        migrations.CreateModel(
            name='ProfileViews',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(db_index=True, verbose_name='day')),
                ('count', models.PositiveIntegerField(default=0, verbose_name='views')),
                ('specialist', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='views', to='directory.specialist', verbose_name='specialist')),
            ],
            options={
                'verbose_name': 'views of a profile',
                'verbose_name_plural': 'views of profiles',
                'ordering': ['day'],
            },
        ),
        migrations.CreateModel(
            name='ProfileReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('facts', 'Something on the profile is wrong'), ('identity', 'This is not who they say they are'), ('conduct', 'How they treated me or somebody else'), ('other', 'Something else')], max_length=10, verbose_name='what it is about')),
                ('text', models.TextField(max_length=1000, verbose_name='what happened')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail address')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='reported')),
                ('state', models.CharField(choices=[('open', 'open'), ('closed', 'closed')], default='open', max_length=8, verbose_name='state')),
                ('decision', models.TextField(blank=True, max_length=1000, verbose_name='decision')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='closed')),
                ('closed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='closed by')),
                ('specialist', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reports', to='directory.specialist', verbose_name='specialist')),
            ],
            options={
                'verbose_name': 'report about a profile',
                'verbose_name_plural': 'reports about profiles',
                'ordering': ['created_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='SearchWord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(max_length=12)),
                ('word', models.CharField(max_length=40)),
            ],
            options={
                'indexes': [django.contrib.postgres.indexes.GinIndex(models.F('language'), django.contrib.postgres.indexes.OpClass('word', 'gin_trgm_ops'), fastupdate=False, name='directory_word_alike')],
            },
        ),
        migrations.CreateModel(
            name='SpecialistCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('decision', models.CharField(choices=[('approved', 'approved'), ('changes', 'asked for changes'), ('rechecked', 'checked again'), ('seen', 'looked at what has changed'), ('corrected', 'corrected by a moderator'), ('suspended', 'suspended'), ('reinstated', 'reinstated')], max_length=12, verbose_name='decision')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='at')),
                ('comment', models.TextField(blank=True, max_length=2000, verbose_name='comment for the specialist')),
                ('field_comments', models.JSONField(blank=True, default=dict, help_text='Text by the name of a field, or text.<language>.', verbose_name='comments on fields')),
                ('ticked', models.JSONField(blank=True, default=list, help_text='Values of Point.', verbose_name='checklist')),
                ('facts', models.JSONField(blank=True, default=dict, help_text='As Specialist.checked_facts() has them.')),
                ('texts', models.JSONField(blank=True, default=dict, help_text="The page's revision by language.")),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('specialist', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='checks', to='directory.specialist', verbose_name='specialist')),
            ],
            options={
                'verbose_name': 'decision about a specialist',
                'verbose_name_plural': 'decisions about specialists',
                'ordering': ['-at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='SpecialistIndexPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('introduction', models.TextField(blank=True, max_length=400, verbose_name='introduction')),
                ('social_image', models.ForeignKey(blank=True, help_text='Shown where somebody shares the page. 1200 × 630 pixels are best.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='core.picture', verbose_name='social image')),
            ],
            options={
                'verbose_name': 'directory',
            },
            bases=('wagtailcore.page',),
        ),
        migrations.CreateModel(
            name='SpecialistPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('headline', models.CharField(help_text='What they help with, in one line.', max_length=140, verbose_name='headline')),
                ('story', wagtail.fields.RichTextField(verbose_name='story')),
                ('approach', wagtail.fields.RichTextField(blank=True, verbose_name='approach')),
                ('faq', core.fields.StreamField([], blank=True, verbose_name='questions and answers')),
                ('social_image', models.ForeignKey(blank=True, help_text='Shown where somebody shares the page. 1200 × 630 pixels are best.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='core.picture', verbose_name='social image')),
                ('specialist', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pages', to='directory.specialist', verbose_name='specialist')),
            ],
            options={
                'verbose_name': "specialist's page",
                'verbose_name_plural': "specialists' pages",
            },
            bases=('wagtailcore.page',),
        ),
        migrations.CreateModel(
            name='SearchText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(max_length=12)),
                ('words', django.contrib.postgres.search.SearchVectorField()),
                ('specialist', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='search_texts', to='directory.specialist')),
                ('page', models.ForeignKey(help_text='In that language, or the one they wrote themselves.', on_delete=django.db.models.deletion.CASCADE, related_name='+', to='directory.specialistpage')),
            ],
        ),
        migrations.AddConstraint(
            model_name='clientgroup',
            constraint=models.UniqueConstraint(fields=('locale', 'slug'), name='directory_clientgroup_slug_unique'),
        ),
        migrations.AlterUniqueTogether(
            name='clientgroup',
            unique_together={('translation_key', 'locale')},
        ),
        migrations.AddConstraint(
            model_name='method',
            constraint=models.UniqueConstraint(fields=('locale', 'slug'), name='directory_method_slug_unique'),
        ),
        migrations.AlterUniqueTogether(
            name='method',
            unique_together={('translation_key', 'locale')},
        ),
        migrations.AddConstraint(
            model_name='place',
            constraint=models.UniqueConstraint(fields=('locale', 'slug'), name='directory_place_slug_unique'),
        ),
        migrations.AlterUniqueTogether(
            name='place',
            unique_together={('translation_key', 'locale')},
        ),
        migrations.AlterUniqueTogether(
            name='portraitrendition',
            unique_together={('image', 'filter_spec', 'focal_point_key')},
        ),
        migrations.AddConstraint(
            model_name='profession',
            constraint=models.UniqueConstraint(fields=('locale', 'slug'), name='directory_profession_slug_unique'),
        ),
        migrations.AlterUniqueTogether(
            name='profession',
            unique_together={('translation_key', 'locale')},
        ),
        migrations.AddIndex(
            model_name='searchrow',
            index=django.contrib.postgres.indexes.GinIndex(fastupdate=False, fields=['facets'], name='directory_row_facets'),
        ),
        migrations.AddIndex(
            model_name='searchrow',
            index=django.contrib.postgres.indexes.GinIndex(fastupdate=False, fields=['name_key'], name='directory_row_name', opclasses=['gin_trgm_ops']),
        ),
        migrations.AddIndex(
            model_name='searchrow',
            index=models.Index(models.OrderBy(models.F('next_slot_at'), nulls_last=True), models.OrderBy(models.F('confirmed_on'), descending=True, nulls_last=True), name='directory_row_order'),
        ),
        migrations.AddIndex(
            model_name='searchrow',
            index=models.Index(models.OrderBy(models.F('price'), nulls_last=True), models.F('specialist'), name='directory_row_price'),
        ),
        migrations.AddIndex(
            model_name='searchrow',
            index=models.Index(fields=['name', 'specialist'], name='directory_row_by_name'),
        ),
        migrations.AddIndex(
            model_name='searchrow',
            index=models.Index(fields=['advance_at'], name='directory_row_advance'),
        ),
        migrations.AddIndex(
            model_name='searchrow',
            index=models.Index(fields=['stale_at'], name='directory_row_stale'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='searchrow',
            trigger=pgtrigger.compiler.Trigger(name='rows_added', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE specialists bigint[]; options integer[];', func="\n        SELECT array_agg(specialist_id), array_agg(option) INTO specialists, options\n        FROM new_rows, unnest(facets || soon) AS option;\n     \n    \n    PERFORM pg_advisory_xact_lock(hashtext('directory_optionbits'), chunk) FROM (\n        SELECT DISTINCT (specialist / 2048)::int AS chunk FROM unnest(specialists) AS specialist ORDER BY 1\n    ) AS touched;\n\n    INSERT INTO directory_optionbits AS kept (option_id, chunk, bits) \n    SELECT option, (specialist / 2048)::int AS chunk,\n        bit_or(set_bit(0::bit(2048), (specialist % 2048)::int, 1)) AS bits\n    FROM unnest(specialists, options) AS pair (specialist, option) GROUP BY 1, 2\n\n    ON CONFLICT (option_id, chunk) DO UPDATE SET bits = kept.bits | excluded.bits;\n RETURN NULL;", hash='962676248ac8d10bae239a4732429fab026d7693', level='STATEMENT', operation='INSERT', pgid='pgtrigger_rows_added_3c78a', referencing='REFERENCING NEW TABLE AS new_rows ', table='directory_searchrow', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='searchrow',
            trigger=pgtrigger.compiler.Trigger(name='rows_removed', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE specialists bigint[]; options integer[];', func="\n        SELECT array_agg(specialist_id), array_agg(option) INTO specialists, options\n        FROM old_rows, unnest(facets || soon) AS option;\n     \n    \n    PERFORM pg_advisory_xact_lock(hashtext('directory_optionbits'), chunk) FROM (\n        SELECT DISTINCT (specialist / 2048)::int AS chunk FROM unnest(specialists) AS specialist ORDER BY 1\n    ) AS touched;\n\n    UPDATE directory_optionbits AS kept SET bits = kept.bits & ~ mask.bits FROM (\n    SELECT option, (specialist / 2048)::int AS chunk,\n        bit_or(set_bit(0::bit(2048), (specialist % 2048)::int, 1)) AS bits\n    FROM unnest(specialists, options) AS pair (specialist, option) GROUP BY 1, 2\n) AS mask\n    WHERE kept.option_id = mask.option AND kept.chunk = mask.chunk;\n RETURN NULL;", hash='549087064dceee02d3ba6328619e1bb7abf5046a', level='STATEMENT', operation='DELETE', pgid='pgtrigger_rows_removed_2bd6b', referencing='REFERENCING OLD TABLE AS old_rows ', table='directory_searchrow', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='searchrow',
            trigger=pgtrigger.compiler.Trigger(name='rows_changed', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE specialists bigint[]; options integer[];', func="\n            PERFORM pg_advisory_xact_lock(hashtext('directory_optionbits'), chunk) FROM (\n                SELECT DISTINCT (specialist_id / 2048)::int AS chunk\n                FROM old_rows AS was JOIN new_rows AS become USING (specialist_id) WHERE (was.facets, was.soon) IS DISTINCT FROM (become.facets, become.soon) ORDER BY 1\n            ) AS touched;\n            \n    SELECT array_agg(was.specialist_id), array_agg(option) INTO specialists, options\n    FROM old_rows AS was JOIN new_rows AS become USING (specialist_id), unnest(was.facets || was.soon) AS option\n    WHERE (was.facets, was.soon) IS DISTINCT FROM (become.facets, become.soon) AND option <> ALL (become.facets || become.soon);\n\n            IF specialists IS NOT NULL THEN\n                \n    \n    PERFORM pg_advisory_xact_lock(hashtext('directory_optionbits'), chunk) FROM (\n        SELECT DISTINCT (specialist / 2048)::int AS chunk FROM unnest(specialists) AS specialist ORDER BY 1\n    ) AS touched;\n\n    UPDATE directory_optionbits AS kept SET bits = kept.bits & ~ mask.bits FROM (\n    SELECT option, (specialist / 2048)::int AS chunk,\n        bit_or(set_bit(0::bit(2048), (specialist % 2048)::int, 1)) AS bits\n    FROM unnest(specialists, options) AS pair (specialist, option) GROUP BY 1, 2\n) AS mask\n    WHERE kept.option_id = mask.option AND kept.chunk = mask.chunk;\n\n            END IF;\n            \n    SELECT array_agg(become.specialist_id), array_agg(option) INTO specialists, options\n    FROM old_rows AS was JOIN new_rows AS become USING (specialist_id), unnest(become.facets || become.soon) AS option\n    WHERE (was.facets, was.soon) IS DISTINCT FROM (become.facets, become.soon) AND option <> ALL (was.facets || was.soon);\n\n            IF specialists IS NOT NULL THEN\n                \n    \n    PERFORM pg_advisory_xact_lock(hashtext('directory_optionbits'), chunk) FROM (\n        SELECT DISTINCT (specialist / 2048)::int AS chunk FROM unnest(specialists) AS specialist ORDER BY 1\n    ) AS touched;\n\n    INSERT INTO directory_optionbits AS kept (option_id, chunk, bits) \n    SELECT option, (specialist / 2048)::int AS chunk,\n        bit_or(set_bit(0::bit(2048), (specialist % 2048)::int, 1)) AS bits\n    FROM unnest(specialists, options) AS pair (specialist, option) GROUP BY 1, 2\n\n    ON CONFLICT (option_id, chunk) DO UPDATE SET bits = kept.bits | excluded.bits;\n\n            END IF;\n            RETURN NULL;\n        ", hash='00b6fa9dc91b55e6450ed85bdeee67f909ae542c', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_rows_changed_8ba37', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='directory_searchrow', when='AFTER')),
        ),
        migrations.AddIndex(
            model_name='specialist',
            index=models.Index(fields=['checked_on'], name='directory_specialist_checked'),
        ),
        migrations.AddIndex(
            model_name='specialist',
            index=models.Index(condition=models.Q(('changed_at__isnull', False)), fields=['changed_at'], name='directory_specialist_changed'),
        ),
        migrations.AddConstraint(
            model_name='specialist',
            constraint=models.CheckConstraint(condition=models.Q(('price_min__isnull', True), ('price_max__isnull', True), ('price_max__gte', models.F('price_min')), _connector='OR'), name='directory_specialist_price_order', violation_error_message='The highest price is below the lowest.'),
        ),
        migrations.AddConstraint(
            model_name='specialist',
            constraint=models.CheckConstraint(condition=models.Q(('is_online', True), ('place__isnull', False), _connector='OR'), name='directory_specialist_online_or_place', violation_error_message='Say where: online, a place, or both.'),
        ),
        migrations.AddConstraint(
            model_name='profileviews',
            constraint=models.UniqueConstraint(fields=('specialist', 'day'), name='directory_views_one_row_a_day'),
        ),
        migrations.AddIndex(
            model_name='profilereport',
            index=models.Index(condition=models.Q(('state', 'open')), fields=['created_at'], name='directory_report_open'),
        ),
        migrations.AddConstraint(
            model_name='profilereport',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('state', 'open')), models.Q(('closed_at__isnull', False), ('state', 'closed')), _connector='OR'), name='directory_report_closed_at'),
        ),
        migrations.AddIndex(
            model_name='specialistcheck',
            index=models.Index(fields=['specialist', '-at'], name='directory_check_newest'),
        ),
        migrations.AddIndex(
            model_name='searchtext',
            index=django.contrib.postgres.indexes.GinIndex(fastupdate=False, fields=['language', 'words'], name='directory_text_words'),
        ),
        migrations.AddConstraint(
            model_name='searchtext',
            constraint=models.UniqueConstraint(fields=('specialist', 'language'), name='directory_text_unique'),
        ),
    ]
