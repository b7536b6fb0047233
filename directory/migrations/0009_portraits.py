"""Portraits leave the library: each gets a file of its own, and its row in the library goes unless a page uses it."""

import io
from functools import partial
from typing import Any

import django.db.models.deletion
import modelsearch.index
import wagtail.images.models
from django.core.files.storage import default_storage
from django.db import migrations, models, transaction
from PIL import Image

import core.models.pictures
from core.pictures import NotAPicture, rewritten

KEPT = ["title", "description", *(f"focal_point_{side}" for side in ("x", "y", "width", "height"))]


def move(apps: Any, schema_editor: Any) -> None:
    Specialist, Portrait = apps.get_model("directory", "Specialist"), apps.get_model("directory", "Portrait")
    chosen = list(Specialist.objects.exclude(picture=None).values_list("picture", flat=True).distinct())
    for picture in apps.get_model("core", "Picture").objects.filter(pk__in=chosen):
        if portrait := portrait_of(picture, Portrait):
            Specialist.objects.filter(picture=picture).update(portrait=portrait)
    Specialist.objects.update(picture=None)
    forget(apps, chosen)
    # Later columns are changed in the same transaction, which waiting constraints forbid.
    schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    schema_editor.execute(
        "SELECT setval(pg_get_serial_sequence('directory_portrait', 'id'), "
        "(SELECT coalesce(max(id), 0) + 1 FROM directory_portrait), false)"
    )


def portrait_of(picture: Any, model: Any) -> Any:
    """A copy with the same number, by which the checks remember it. None if the file is lost or broken."""
    try:
        with default_storage.open(picture.file.name) as file:
            content = rewritten(file)
    except (OSError, NotAPicture):
        return None
    width, height = Image.open(io.BytesIO(content.read())).size
    content.seek(0)
    name = default_storage.save(f"portraits/{content.name}", content)
    same = {field: getattr(picture, field) for field in KEPT}
    portrait = model(pk=picture.pk, file=name, width=width, height=height, **same)
    return model.objects.bulk_create([portrait])[0]


def forget(apps: Any, pictures: list[int]) -> None:
    """Erase those of the library's pictures that nothing points at but specialists."""
    types = apps.get_model("contenttypes", "ContentType").objects
    references = apps.get_model("wagtailcore", "ReferenceIndex").objects.filter(
        to_content_type__in=types.filter(app_label="core", model="picture"),
        to_object_id__in=[str(number) for number in pictures],
    )
    others = references.exclude(content_type__in=types.filter(app_label="directory", model="specialist"))
    used = {int(number) for number in others.values_list("to_object_id", flat=True)}
    for picture in apps.get_model("core", "Picture").objects.filter(pk__in=set(pictures) - used):
        files = [picture.file.name, *picture.renditions.values_list("file", flat=True)]
        picture.delete()
        for name in files:
            transaction.on_commit(partial(default_storage.delete, name))


class Migration(migrations.Migration):
    dependencies = [
        ("contenttypes", "0002_remove_content_type_name"),
        ("core", "0008_rewritten_pictures"),
        ("directory", "0008_prescribing_unchecked"),
        ("wagtailcore", "0078_referenceindex"),
    ]

    operations = [
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
                'unique_together': {('image', 'filter_spec', 'focal_point_key')},
            },
            bases=(wagtail.images.models.ImageFileMixin, models.Model),
        ),
        migrations.RenameField(model_name="specialist", old_name="portrait", new_name="picture"),
        migrations.AddField(
            model_name="specialist",
            name="portrait",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="directory.portrait",
                verbose_name="portrait",
            ),
        ),
        migrations.RunPython(move, migrations.RunPython.noop),
        migrations.RemoveField(model_name="specialist", name="picture"),
    ]
