import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('articles', '0002_initial'),
        ('directory', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='person',
            name='profession',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='directory.profession', verbose_name='profession'),
        ),
        migrations.AddField(
            model_name='person',
            name='specialist',
            field=models.OneToOneField(blank=True, help_text='When this person is in the directory: articles then link to the profile.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='person', to='directory.specialist', verbose_name='specialist'),
        ),
        migrations.AddField(
            model_name='contribution',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contributions', to='articles.person', verbose_name='person'),
        ),
        migrations.AlterUniqueTogether(
            name='articletopic',
            unique_together={('translation_key', 'locale')},
        ),
        migrations.AlterUniqueTogether(
            name='contribution',
            unique_together={('translation_key', 'locale')},
        ),
    ]
