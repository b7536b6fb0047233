import booking.models.bookings
import core.i18n.zones
import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.core.validators
import django.db.models.deletion
import modelcluster.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('booking', '0001_initial'),
        ('core', '0001_initial'),
        ('directory', '0001_initial'),
        ('wagtailcore', '0098_apitoken'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='booking',
            name='client',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='bookings', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='actiontoken',
            name='booking',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tokens', to='booking.booking'),
        ),
        migrations.AddField(
            model_name='bookingevent',
            name='booking',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='booking.booking'),
        ),
        migrations.AddField(
            model_name='freeconsultationpage',
            name='social_image',
            field=models.ForeignKey(blank=True, help_text='Shown where somebody shares the page. 1200 × 630 pixels are best.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='core.picture', verbose_name='social image'),
        ),
        migrations.AddField(
            model_name='intakequestion',
            name='locale',
            field=models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='wagtailcore.locale', verbose_name='locale'),
        ),
        migrations.AddField(
            model_name='intakequestion',
            name='page',
            field=modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='intake_questions', to='booking.freeconsultationpage'),
        ),
        migrations.CreateModel(
            name='Schedule',
            fields=[
                ('specialist', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='schedule', serialize=False, to='directory.specialist', verbose_name='specialist')),
                ('time_zone', models.CharField(max_length=64, validators=[core.i18n.zones.validate_time_zone], verbose_name='time zone')),
                ('is_open', models.BooleanField(default=True, help_text='Otherwise clients see no times and can’t book. What is booked stays.', verbose_name='open for free consultations')),
                ('step', models.PositiveSmallIntegerField(default=30, help_text='Counted from the beginning of your hours.', validators=[django.core.validators.MinValueValidator(5), django.core.validators.MaxValueValidator(240)], verbose_name='a start every')),
                ('gap', models.PositiveSmallIntegerField(default=0, verbose_name='pause between consultations')),
                ('notice', models.PositiveIntegerField(default=720, help_text='Nobody can book at shorter notice than this.', verbose_name='shortest notice')),
                ('horizon_days', models.PositiveSmallIntegerField(default=60, help_text='Clients see your times from today up to then.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(180)], verbose_name='how far ahead')),
                ('max_per_day', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1)], verbose_name='at most a day')),
                ('max_per_week', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1)], verbose_name='at most a week')),
                ('confirms_by_hand', models.BooleanField(default=False, help_text='Otherwise a consultation is settled as soon as the client has confirmed the e-mail address.', verbose_name='I confirm each request myself')),
                ('answer_within', models.PositiveSmallIntegerField(default=48, help_text='A request without an answer ends then, at the latest 2 hours before it would begin.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(168)], verbose_name='answer requests within')),
                ('move_until', models.PositiveIntegerField(default=720, help_text='They may cancel at any time before it begins.', validators=[django.core.validators.MaxValueValidator(20160)], verbose_name='clients may move a consultation until')),
                ('missed_requests', models.PositiveSmallIntegerField(default=0, editable=False, help_text='Without an answer, in a row.')),
                ('paused_at', models.DateTimeField(blank=True, editable=False, help_text='Since when missed requests have paused it.', null=True)),
                ('joining', models.TextField(help_text='A link, a phone number or a place. Shown only to clients with a confirmed consultation.', max_length=500, verbose_name='how to join')),
            ],
            options={
                'verbose_name': 'schedule',
                'verbose_name_plural': 'schedules',
                'constraints': [models.CheckConstraint(condition=models.Q(('step__gte', 5), ('step__lte', 240)), name='booking_schedule_step'), models.CheckConstraint(condition=models.Q(('horizon_days__gte', 1), ('horizon_days__lte', 180)), name='booking_schedule_horizon'), models.CheckConstraint(condition=models.Q(('max_per_day__isnull', True), ('max_per_day__gte', 1), _connector='OR'), name='booking_schedule_max'), models.CheckConstraint(condition=models.Q(('max_per_week__isnull', True), ('max_per_week__gte', 1), _connector='OR'), name='booking_schedule_max_week'), models.CheckConstraint(condition=models.Q(('answer_within__gte', 1), ('answer_within__lte', 168)), name='booking_schedule_answer')],
            },
        ),
        migrations.AddField(
            model_name='dateexception',
            name='schedule',
            field=modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='exceptions', to='booking.schedule'),
        ),
        migrations.AddField(
            model_name='booking',
            name='schedule',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bookings', to='booking.schedule'),
        ),
        migrations.CreateModel(
            name='WeeklyWindow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('weekday', models.PositiveSmallIntegerField(choices=[(0, 'Monday'), (1, 'Tuesday'), (2, 'Wednesday'), (3, 'Thursday'), (4, 'Friday'), (5, 'Saturday'), (6, 'Sunday')], verbose_name='day')),
                ('start', models.PositiveSmallIntegerField(verbose_name='from')),
                ('end', models.PositiveSmallIntegerField(help_text='At or before the start means on the next day; 24:00 is midnight.', verbose_name='to')),
                ('schedule', modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='windows', to='booking.schedule')),
            ],
            options={
                'ordering': ['weekday', 'start', 'pk'],
            },
        ),
        migrations.AlterUniqueTogether(
            name='intakequestion',
            unique_together={('translation_key', 'locale')},
        ),
        migrations.AddConstraint(
            model_name='dateexception',
            constraint=models.CheckConstraint(condition=models.Q(('last__gte', models.F('first'))), name='booking_exception_order', violation_error_message='The last day is before the first.'),
        ),
        migrations.AddConstraint(
            model_name='dateexception',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('end__isnull', True), ('start__isnull', True)), models.Q(('end__isnull', False), ('end__lte', 1440), ('start__isnull', False), ('start__lt', 1440)), _connector='OR'), name='booking_exception_times', violation_error_message='Give both times, or none for a closed day.'),
        ),
        migrations.AddIndex(
            model_name='booking',
            index=models.Index(fields=['status', 'hold_expires_at'], name='booking_hold'),
        ),
        migrations.AddIndex(
            model_name='booking',
            index=models.Index(condition=models.Q(('status', 'requested')), fields=['answer_by'], name='booking_unanswered'),
        ),
        migrations.AddIndex(
            model_name='booking',
            index=models.Index(fields=['client_key', 'created_at'], name='booking_by_client'),
        ),
        migrations.AddIndex(
            model_name='booking',
            index=models.Index(fields=['schedule', 'starts_at'], name='booking_by_schedule'),
        ),
        migrations.AddConstraint(
            model_name='booking',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('status__in', ['held', 'requested', 'confirmed'])), expressions=[('schedule', '='), ('blocked', '&&')], name='booking_no_overlap'),
        ),
        migrations.AddConstraint(
            model_name='booking',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('status__in', ['held', 'requested', 'confirmed'])), expressions=[('client_key', '='), (booking.models.bookings.TsTzRange('starts_at', 'ends_at', django.contrib.postgres.fields.ranges.RangeBoundary()), '&&')], name='booking_client_no_overlap'),
        ),
        migrations.AddConstraint(
            model_name='booking',
            constraint=models.UniqueConstraint(condition=models.Q(('status__in', ['held', 'requested', 'confirmed'])), fields=('schedule', 'client_key'), name='booking_one_active_per_pair'),
        ),
        migrations.AddConstraint(
            model_name='booking',
            constraint=models.UniqueConstraint(fields=('idempotency_key',), name='booking_idempotency_key'),
        ),
        migrations.AddConstraint(
            model_name='booking',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='booking_time_order'),
        ),
        migrations.AddConstraint(
            model_name='booking',
            constraint=models.CheckConstraint(condition=models.Q(('blocked__isempty', False), ('blocked__contains', booking.models.bookings.TsTzRange('starts_at', 'ends_at', django.contrib.postgres.fields.ranges.RangeBoundary()))), name='booking_blocked_covers'),
        ),
        migrations.AddConstraint(
            model_name='booking',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['held', 'requested', 'confirmed', 'declined', 'expired', 'cancelled', 'completed', 'no_show'])), name='booking_status_known'),
        ),
        migrations.AddConstraint(
            model_name='booking',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'held'), _negated=True), ('hold_expires_at__isnull', False), _connector='OR'), name='booking_hold_expires'),
        ),
        migrations.AddConstraint(
            model_name='booking',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'requested'), _negated=True), ('answer_by__isnull', False), _connector='OR'), name='booking_request_ends'),
        ),
        migrations.AddConstraint(
            model_name='weeklywindow',
            constraint=models.CheckConstraint(condition=models.Q(('weekday__lte', 6)), name='booking_window_weekday'),
        ),
        migrations.AddConstraint(
            model_name='weeklywindow',
            constraint=models.CheckConstraint(condition=models.Q(('start__lt', 1440)), name='booking_window_start'),
        ),
        migrations.AddConstraint(
            model_name='weeklywindow',
            constraint=models.CheckConstraint(condition=models.Q(('end__lte', 1440)), name='booking_window_end'),
        ),
    ]
