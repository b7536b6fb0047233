import core.i18n.countries
import core.models.pictures
import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import modelcluster.fields
import modelsearch.index
import pgtrigger.compiler
import pgtrigger.migrations
import taggit.managers
import uuid
import wagtail.images.models
import wagtail.models.media
from django.conf import settings
from django.db import migrations, models

from core.extensions import TrustedExtension


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('taggit', '0006_rename_taggeditem_content_type_object_id_taggit_tagg_content_8fc721_idx'),
        ('wagtailcore', '0098_apitoken'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        migrations.swappable_dependency(settings.WAGTAIL_PAGE_MODEL),
    ]

    operations = [
        TrustedExtension("btree_gin"),  # an index over a language and the words in it
        TrustedExtension("btree_gist"),  # exclusion constraints over a schedule and a range
        TrustedExtension("pg_trgm"),  # search that forgives a typing mistake
        TrustedExtension("unaccent"),  # search that ignores accents
        migrations.CreateModel(
            name='PeriodicRun',
            fields=[
                ('name', models.CharField(max_length=200, primary_key=True, serialize=False, verbose_name='name')),
                ('next_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='next run')),
            ],
            options={
                'verbose_name': 'periodic job',
                'verbose_name_plural': 'periodic jobs',
            },
        ),
        migrations.CreateModel(
            name='Picture',
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
                ('credit', models.CharField(blank=True, help_text='Who made it.', max_length=120, verbose_name='credit')),
                ('licence', models.CharField(blank=True, help_text='For example: CC0 1.0.', max_length=60, verbose_name='licence')),
            ],
            options={
                'verbose_name': 'picture',
                'verbose_name_plural': 'pictures',
                'permissions': [('choose_image', 'Can choose image')],
                'abstract': False,
            },
            bases=(wagtail.images.models.ImageFileMixin, modelsearch.index.Indexed, models.Model),
        ),
        migrations.CreateModel(
            name='PictureRendition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('filter_spec', models.CharField(db_index=True, max_length=255)),
                ('file', wagtail.images.models.WagtailImageField(height_field='height', storage=wagtail.images.models.get_rendition_storage, upload_to=wagtail.images.models.get_rendition_upload_to, width_field='width')),
                ('width', models.IntegerField(editable=False)),
                ('height', models.IntegerField(editable=False)),
                ('focal_point_key', models.CharField(blank=True, default='', editable=False, max_length=16)),
            ],
            bases=(wagtail.images.models.ImageFileMixin, models.Model),
        ),
        migrations.CreateModel(
            name='Topic',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('translation_key', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('slug', models.SlugField(help_text='Stands in addresses, the same in every language.', max_length=80, verbose_name='slug')),
                ('also_called', models.CharField(blank=True, help_text='Other words that people search for, in any language, with commas between them: depression, Depression, депресія. They are shown nowhere.', max_length=1000, verbose_name='also called')),
            ],
            options={
                'verbose_name': 'topic',
                'verbose_name_plural': 'topics',
                'ordering': ['name'],
                'abstract': False,
            },
            bases=(modelsearch.index.Indexed, models.Model),
        ),
        migrations.CreateModel(
            name='DangerPhrase',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('phrase', models.CharField(help_text='Words as people type them. A star at the end of a word stands for any ending; (one|another) for a choice; three dots for up to three words between.', max_length=200, verbose_name='phrase')),
                ('kind', models.CharField(choices=[('life', 'Shows help: ending one’s life, self-harm'), ('overdose', 'Shows help: overdose, poisoning'), ('violence', 'Shows help: violence, rape'), ('harmless', 'Harmless: shows nothing, also if the list in the code has it')], default='life', max_length=10, verbose_name='what it does')),
                ('language', models.CharField(blank=True, help_text='For example: en, de, uk. For your own overview.', max_length=12, verbose_name='language code')),
                ('is_on', models.BooleanField(default=True, verbose_name='in use')),
            ],
            options={
                'verbose_name': 'danger phrase',
                'verbose_name_plural': 'danger phrases',
                'ordering': ['language', 'phrase'],
                'constraints': [models.UniqueConstraint(fields=('phrase',), name='core_dangerphrase_unique')],
            },
        ),
        migrations.CreateModel(
            name='FormerSlug',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(help_text="The term's model, such as `core.topic`.", max_length=80)),
                ('slug', models.SlugField(max_length=80)),
                ('translation_key', models.UUIDField(help_text='Of the term that is meant now.')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('kind', 'slug'), name='core_former_slug_unique')],
            },
        ),
        migrations.CreateModel(
            name='Helpline',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('translation_key', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('country', models.CharField(choices=core.i18n.countries.choices, max_length=2, verbose_name='country')),
                ('kind', models.CharField(choices=[('emergency', 'emergency number'), ('crisis', 'crisis line'), ('violence', 'violence and rape'), ('children', 'children and young people')], max_length=10, verbose_name='kind')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('display', models.CharField(help_text='With spaces: 116 123.', max_length=24, verbose_name='number as people read it')),
                ('dial', models.CharField(help_text='Digits only: 116123.', max_length=20, validators=[django.core.validators.RegexValidator('^\\+?[0-9*#]{2,19}\\Z', 'Digits only, with + before a country code.')], verbose_name='number as the phone dials it')),
                ('callable_from', models.CharField(choices=[('inside', 'inside the country'), ('anywhere', 'from abroad too')], default='inside', max_length=8, verbose_name='works from')),
                ('hours', models.CharField(blank=True, max_length=120, verbose_name='hours and cost')),
                ('languages', models.CharField(blank=True, help_text='Codes with commas between them: en, de.', max_length=60, verbose_name='languages')),
                ('website', models.URLField(blank=True, verbose_name='the line’s own website')),
                ('source', models.URLField(blank=True, verbose_name='where the number was found')),
                ('verified_on', models.DateField(blank=True, help_text='The day somebody compared the number with the line’s own website. Empty: nobody has yet.', null=True, verbose_name='last checked')),
                ('verified_by', models.CharField(blank=True, max_length=80, verbose_name='checked by')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
                ('locale', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='wagtailcore.locale', verbose_name='locale')),
            ],
            options={
                'verbose_name': 'helpline',
                'verbose_name_plural': 'helplines',
                'ordering': ['country', 'position', 'pk'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Menu',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('translation_key', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('position', models.CharField(choices=[('header', 'header'), ('footer-1', 'footer, first column'), ('footer-2', 'footer, second column'), ('footer-3', 'footer, third column')], max_length=12, verbose_name='position')),
                ('title', models.CharField(help_text='The heading of a footer column.', max_length=60, verbose_name='title')),
                ('locale', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='wagtailcore.locale', verbose_name='locale')),
            ],
            options={
                'verbose_name': 'menu',
                'verbose_name_plural': 'menus',
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='MenuItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('translation_key', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('sort_order', models.IntegerField(blank=True, editable=False, null=True)),
                ('label', models.CharField(blank=True, help_text="Instead of the page's title, when that is too long.", max_length=40, verbose_name='label')),
                ('locale', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='wagtailcore.locale', verbose_name='locale')),
                ('menu', modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='core.menu')),
                ('page', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.WAGTAIL_PAGE_MODEL, verbose_name='page')),
            ],
            options={
                'verbose_name': 'menu item',
                'verbose_name_plural': 'menu items',
                'ordering': ['sort_order'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Outbox',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('dedupe_key', models.CharField(max_length=200, null=True, unique=True, verbose_name='key')),
                ('due_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='due')),
                ('expires_at', models.DateTimeField(null=True, verbose_name='useful until')),
                ('rewriter', models.CharField(blank=True, max_length=60)),
                ('about', models.JSONField(default=dict)),
                ('state', models.CharField(choices=[('pending', 'waiting'), ('sending', 'being sent'), ('sent', 'sent'), ('failed', 'failed'), ('cancelled', 'cancelled')], default='pending', max_length=10, verbose_name='state')),
                ('lease_until', models.DateTimeField(null=True, verbose_name='leased until')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                ('message_id', models.CharField(max_length=320, verbose_name='Message-ID')),
                ('sender', models.CharField(max_length=320, verbose_name='from')),
                ('recipients', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=320), size=None, verbose_name='to')),
                ('subject', models.CharField(max_length=998, verbose_name='subject')),
                ('raw', models.BinaryField(verbose_name='message')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='written')),
                ('sent_at', models.DateTimeField(null=True, verbose_name='sent')),
                ('last_error', models.CharField(blank=True, max_length=200, verbose_name='last error')),
                ('forget_when_sent', models.BooleanField(default=False)),
            ],
            options={
                'verbose_name': 'e-mail',
                'verbose_name_plural': 'e-mails',
                'indexes': [models.Index(condition=models.Q(('state__in', ['pending', 'sending'])), fields=['due_at'], name='core_outbox_due'), models.Index(fields=['-created_at'], name='core_outbox_newest')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['pending', 'sending', 'sent', 'failed', 'cancelled'])), name='core_outbox_state'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'sending'), _negated=True), ('lease_until__isnull', False), _connector='OR'), name='core_outbox_leased_while_sending')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='outbox',
            trigger=pgtrigger.compiler.Trigger(name='new_mail', sql=pgtrigger.compiler.UpsertTriggerSql(func='NOTIFY attune_worker; RETURN NULL;', hash='19c29f5177277a1b762c13db136a29c69a36b1e3', level='STATEMENT', operation='INSERT', pgid='pgtrigger_new_mail_28fa0', table='core_outbox', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='outbox',
            trigger=pgtrigger.compiler.Trigger(name='mail_again', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (NEW.state = 'pending' AND (OLD.state <> 'pending' OR NEW.due_at < OLD.due_at))", func='NOTIFY attune_worker; RETURN NULL;', hash='770a788ecc8ae8d9148b0e0a8e704d93523d5f4b', operation='UPDATE OF "state", "due_at"', pgid='pgtrigger_mail_again_a44d2', table='core_outbox', when='AFTER')),
        ),
        migrations.AddField(
            model_name='picture',
            name='collection',
            field=models.ForeignKey(default=wagtail.models.media.get_root_collection_id, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='wagtailcore.collection', verbose_name='collection'),
        ),
        migrations.AddField(
            model_name='picture',
            name='tags',
            field=taggit.managers.TaggableManager(blank=True, help_text=None, through='taggit.TaggedItem', to='taggit.Tag', verbose_name='tags'),
        ),
        migrations.AddField(
            model_name='picture',
            name='uploaded_by_user',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, to=settings.AUTH_USER_MODEL, verbose_name='uploaded by user'),
        ),
        migrations.AddField(
            model_name='picturerendition',
            name='image',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='renditions', to='core.picture'),
        ),
        migrations.AddField(
            model_name='topic',
            name='locale',
            field=models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='wagtailcore.locale', verbose_name='locale'),
        ),
        migrations.AlterUniqueTogether(
            name='helpline',
            unique_together={('translation_key', 'locale')},
        ),
        migrations.AddConstraint(
            model_name='menu',
            constraint=models.UniqueConstraint(fields=('locale', 'position'), name='core_menu_position_unique'),
        ),
        migrations.AlterUniqueTogether(
            name='menu',
            unique_together={('translation_key', 'locale')},
        ),
        migrations.AlterUniqueTogether(
            name='menuitem',
            unique_together={('translation_key', 'locale')},
        ),
        migrations.AlterUniqueTogether(
            name='picturerendition',
            unique_together={('image', 'filter_spec', 'focal_point_key')},
        ),
        migrations.AddConstraint(
            model_name='topic',
            constraint=models.UniqueConstraint(fields=('locale', 'slug'), name='core_topic_slug_unique'),
        ),
        migrations.AlterUniqueTogether(
            name='topic',
            unique_together={('translation_key', 'locale')},
        ),
    ]
