import core.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('core', '0001_initial'),
        ('wagtailcore', '0098_apitoken'),
    ]

    operations = [
        migrations.CreateModel(
            name='HomePage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('headline', models.CharField(max_length=90, verbose_name='headline')),
                ('introduction', models.TextField(max_length=300, verbose_name='introduction')),
                ('free_title', models.CharField(max_length=90, verbose_name='title of the free consultation')),
                ('free_text', models.TextField(max_length=300, verbose_name='text of the free consultation')),
                ('articles_title', models.CharField(max_length=90, verbose_name='title above the articles')),
                ('specialists_title', models.CharField(max_length=90, verbose_name='title above the specialists')),
                ('promise_title', models.CharField(max_length=90, verbose_name='title above the promises')),
                ('promises', core.fields.StreamField([], blank=True, verbose_name='promises')),
                ('picture', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='core.picture', verbose_name='picture')),
                ('social_image', models.ForeignKey(blank=True, help_text='Shown where somebody shares the page. 1200 × 630 pixels are best.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='core.picture', verbose_name='social image')),
            ],
            options={
                'verbose_name': 'front page',
            },
            bases=('wagtailcore.page',),
        ),
        migrations.CreateModel(
            name='StandardPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('introduction', models.TextField(blank=True, max_length=400, verbose_name='introduction')),
                ('body', core.fields.StreamField([], verbose_name='body')),
                ('social_image', models.ForeignKey(blank=True, help_text='Shown where somebody shares the page. 1200 × 630 pixels are best.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='core.picture', verbose_name='social image')),
            ],
            options={
                'verbose_name': 'plain page',
            },
            bases=('wagtailcore.page',),
        ),
    ]
