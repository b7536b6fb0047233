import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='BlockedAddress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mailbox_key', models.BinaryField(help_text='HMAC-SHA256 of the mailbox, without +tags: only equality can be told.', max_length=32, unique=True)),
                ('masked', models.CharField(editable=False, help_text='Like r…@example.org.', max_length=255, verbose_name='address')),
                ('reason', models.CharField(help_text="For the team alone. Don't write who it is.", max_length=300, verbose_name='reason')),
                ('blocked_at', models.DateTimeField(auto_now_add=True, verbose_name='blocked on')),
                ('blocked_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='blocked by')),
            ],
            options={
                'verbose_name': 'blocked address',
                'verbose_name_plural': 'blocked addresses',
                'ordering': ['-blocked_at', '-pk'],
            },
        ),
    ]
