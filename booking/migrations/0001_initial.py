import core.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import uuid
import wagtail.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('wagtailcore', '0098_apitoken'),
    ]

    operations = [
        migrations.CreateModel(
            name='ActionToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.CharField(choices=[('client', "the client's own link"), ('specialist', 'answers a request')], max_length=10)),
                ('digest', models.BinaryField(max_length=32, unique=True)),
                ('expires_at', models.DateTimeField()),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name='Booking',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('status', models.CharField(choices=[('held', 'waiting for the e-mail to be confirmed'), ('requested', 'waiting for the specialist'), ('confirmed', 'confirmed'), ('declined', 'declined'), ('expired', 'expired'), ('cancelled', 'cancelled'), ('completed', 'completed'), ('no_show', 'not attended')], max_length=10, verbose_name='status')),
                ('starts_at', models.DateTimeField(verbose_name='starts at')),
                ('ends_at', models.DateTimeField(verbose_name='ends at')),
                ('blocked', django.contrib.postgres.fields.ranges.DateTimeRangeField(help_text="What others can't have: the consultation and the pause after it.")),
                ('hold_expires_at', models.DateTimeField(blank=True, null=True)),
                ('answer_by', models.DateTimeField(blank=True, help_text='When a request without an answer ends.', null=True)),
                ('awaits_client', models.BooleanField(default=False, help_text="The specialist has proposed this time, and the client must agree, or hasn't in time.")),
                ('sequence', models.PositiveIntegerField(default=0)),
                ('client_key', models.BinaryField(help_text='HMAC-SHA256 of the normalised e-mail address.', max_length=32)),
                ('client_name', models.CharField(max_length=80, verbose_name='name or nickname')),
                ('client_email', models.EmailField(max_length=254, verbose_name='e-mail address')),
                ('client_language', models.CharField(max_length=12, verbose_name='language')),
                ('client_time_zone', models.CharField(max_length=64, verbose_name='time zone')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='note')),
                ('reason', models.CharField(blank=True, help_text='What whoever declined or cancelled told the other side.', max_length=300, verbose_name='reason')),
                ('answers', models.JSONField(blank=True, default=list, help_text='To the editors\' questions, as asked: [["question", "answer"], …]. For the specialist alone.', verbose_name='answers')),
                ('with_guardian', models.BooleanField(default=False, help_text='The client is younger than 18, and one of them agrees. Nothing else about age is kept.', verbose_name='with a parent or guardian')),
                ('idempotency_key', models.UUIDField()),
                ('wall_start', models.CharField(max_length=90)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
            ],
            options={
                'verbose_name': 'free consultation',
                'verbose_name_plural': 'free consultations',
                'ordering': ['starts_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='BookingEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('status', 'status'), ('moved', 'moved'), ('proposed', 'another time proposed'), ('agreed', 'proposed time accepted'), ('joining', 'how to join changed')], default='status', max_length=10)),
                ('from_status', models.CharField(blank=True, max_length=10)),
                ('to_status', models.CharField(max_length=10)),
                ('actor', models.CharField(choices=[('client', 'client'), ('specialist', 'specialist'), ('moderator', 'moderator'), ('site', 'site')], max_length=10)),
                ('sequence', models.PositiveIntegerField()),
                ('starts_at', models.DateTimeField(help_text='When the consultation was to begin from then on.', null=True)),
                ('at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'ordering': ['at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='CalendarFeed',
            fields=[
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='calendar_feed', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('digest', models.BinaryField(max_length=32, unique=True)),
                ('created_at', models.DateTimeField(auto_now=True, help_text='When the address was made.')),
            ],
        ),
        migrations.CreateModel(
            name='DateException',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first', models.DateField(verbose_name='first day')),
                ('last', models.DateField(verbose_name='last day')),
                ('start', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='from')),
                ('end', models.PositiveSmallIntegerField(blank=True, help_text='No times: closed.', null=True, verbose_name='to')),
            ],
            options={
                'ordering': ['first', 'start', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='FreeConsultationPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('introduction', models.TextField(max_length=400, verbose_name='introduction')),
                ('what_it_is', wagtail.fields.RichTextField(verbose_name='what it is')),
                ('benefits', wagtail.fields.RichTextField(verbose_name='what you get from it')),
                ('for_whom', wagtail.fields.RichTextField(verbose_name='whom it suits')),
                ('important', wagtail.fields.RichTextField(verbose_name='what is important to know')),
                ('for_specialists', wagtail.fields.RichTextField(verbose_name='what it gives a specialist')),
                ('differences', core.fields.StreamField([], blank=True, verbose_name='differences')),
                ('questions', core.fields.StreamField([], blank=True, verbose_name='questions and answers')),
            ],
            options={
                'verbose_name': 'free consultation',
                'verbose_name_plural': 'free consultation pages',
            },
            bases=('wagtailcore.page',),
        ),
        migrations.CreateModel(
            name='IntakeQuestion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('translation_key', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('sort_order', models.IntegerField(blank=True, editable=False, null=True)),
                ('clean_name', models.CharField(blank=True, default='', help_text='Safe name of the form field, the label converted to ascii_snake_case', max_length=255, verbose_name='name')),
                ('default_value', models.TextField(blank=True, help_text='Default value. Comma or new line separated values supported for checkboxes.', verbose_name='default value')),
                ('label', models.CharField(max_length=150, verbose_name='question')),
                ('help_text', models.CharField(blank=True, help_text='A line below the question.', max_length=200, verbose_name='help')),
                ('field_type', models.CharField(choices=[('singleline', 'one line'), ('multiline', 'several lines'), ('dropdown', 'one choice, from a list that opens'), ('radio', 'one choice, all of them shown'), ('checkboxes', 'any number of choices'), ('checkbox', 'one box to tick'), ('number', 'a number')], default='singleline', max_length=16, verbose_name='kind of answer')),
                ('required', models.BooleanField(default=False, help_text="Who doesn't answer can't book. Rarely worth it.", verbose_name='must be answered')),
                ('choices', core.fields.OneALineField(blank=True, help_text='One a line, 2 to 12 of them, where there is a choice.', max_length=900, verbose_name='choices')),
            ],
            options={
                'verbose_name': 'question',
                'verbose_name_plural': 'questions',
                'ordering': ['sort_order'],
                'abstract': False,
            },
        ),
    ]
