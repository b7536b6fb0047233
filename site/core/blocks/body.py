"""What editors build an article or a plain page from."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images import get_image_model
from wagtail.images.blocks import ImageChooserBlock
from wagtail.snippets.blocks import SnippetChooserBlock

from core.blocks.stored import StoredStreamBlock
from core.page_cache.reading import reading
from core.page_cache.tags import kinds

RICH_TEXT_FEATURES = ["bold", "italic", "link", "ol", "ul"]
SHORT_TEXT_FEATURES = ["bold", "italic", "link", "ul"]


class FixedCharBlock(blocks.CharBlock):
    """Text that stays as it is in every language: names, titles of works, publishers."""

    def get_translatable_segments(self, value: str) -> list[Any]:
        return []

    def restore_translated_segments(self, value: str, segments: list[Any]) -> str:
        return value


class HeadingValue(blocks.StructValue):
    @property
    def tag(self) -> str:
        return f"h{self['level']}"


class HeadingBlock(blocks.StructBlock):
    text = blocks.CharBlock(label=_("Heading"), max_length=120)
    level = blocks.ChoiceBlock(
        label=_("Level"), choices=[("2", _("Section")), ("3", _("Part of a section"))], default="2"
    )

    class Meta:
        icon = "title"
        label = _("Heading")
        description = _("Starts a section and appears in the table of contents.")
        template = "blocks/heading.html"
        value_class = HeadingValue
        preview_value = {"text": "What trust is made of", "level": "2"}


class TextBlock(blocks.RichTextBlock):
    class Meta:
        icon = "pilcrow"
        label = _("Text")
        description = _("Paragraphs, lists and links.")
        template = "blocks/text.html"
        preview_value = (
            "<p>Trust is less a feeling than a forecast: we can roughly foresee the next step.</p>"
        )


class QuoteBlock(blocks.StructBlock):
    text = blocks.TextBlock(label=_("Quotation"))
    attribution = blocks.CharBlock(label=_("Who says it"), required=False, max_length=120)

    class Meta:
        icon = "openquote"
        label = _("Quotation")
        description = _("Somebody's words, set apart from the text.")
        template = "blocks/quote.html"
        preview_value = {"text": "I stopped waiting to feel ready.", "attribution": "A reader"}


class CalloutBlock(blocks.StructBlock):
    kind = blocks.ChoiceBlock(
        label=_("Kind"),
        choices=[
            ("information", _("Information")),
            ("care", _("Care")),
            ("warning", _("Warning")),
            ("danger", _("Danger: with numbers to call")),
        ],
        default="information",
    )
    title = blocks.CharBlock(label=_("Title"), max_length=120)
    html = blocks.RichTextBlock(label=_("Text"), features=SHORT_TEXT_FEATURES)

    class Meta:
        icon = "info-circle"
        label = _("Callout")
        description = _("A boxed note: information, a word of care, or a warning.")
        template = "blocks/callout.html"
        preview_value = {
            "kind": "care",
            "title": "Be gentle with yourself",
            "html": "<p>You can stop reading here and come back another day.</p>",
        }


class ReadsWhatIsChosen:
    """A chooser whose pages depend on what is chosen, which is read by its number."""

    model_class: Any

    def to_python(self, value: Any) -> Any:
        with reading(found=[kinds[self.model_class._meta.model_name]]):
            return super().to_python(value)  # type: ignore[misc]  # of the chooser

    def bulk_to_python(self, values: Any) -> Any:
        with reading(found=[kinds[self.model_class._meta.model_name]]):
            return super().bulk_to_python(values)  # type: ignore[misc]  # of the chooser


class PictureChooserBlock(ReadsWhatIsChosen, ImageChooserBlock):
    pass


class TopicChooserBlock(ReadsWhatIsChosen, SnippetChooserBlock):
    pass


class PictureBlock(blocks.StructBlock):
    image = PictureChooserBlock(label=_("Picture"))
    alt_text = blocks.CharBlock(
        label=_("Alternative text"),
        required=False,
        max_length=250,
        help_text=_(
            "Says what the picture shows to people who don't see it. Leave it empty for mere decoration."
        ),
    )
    caption = blocks.CharBlock(label=_("Caption"), required=False, max_length=250)

    class Meta:
        icon = "image"
        label = _("Picture")
        description = _("One picture with an alternative text and a caption.")
        template = "blocks/picture.html"
        preview_value = {"image": None, "alt_text": "", "caption": ""}

    def get_preview_value(self) -> Any:
        """Any picture of the library; until there is one, the preview is empty."""
        picture = get_image_model().objects.order_by("pk").first()
        return self.normalize({**self.meta.preview_value, "image": picture, "caption": str(picture or "")})


class KeyPointsBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"), max_length=120)
    points = blocks.ListBlock(
        blocks.CharBlock(label=_("Point"), max_length=300), label=_("Points"), min_num=1
    )

    class Meta:
        icon = "list-ul"
        label = _("Key points")
        description = _("The few things to remember.")
        template = "blocks/key_points.html"
        preview_value = {
            "title": "In short",
            "points": ["Start small.", "Say it early.", "Repeat it kindly."],
        }


class QuestionBlock(blocks.StructBlock):
    question = blocks.CharBlock(label=_("Question"), max_length=200)
    html = blocks.RichTextBlock(label=_("Answer"), features=SHORT_TEXT_FEATURES)


class QuestionsBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"), max_length=120)
    items = blocks.ListBlock(QuestionBlock(), label=_("Questions and answers"), min_num=1)

    class Meta:
        icon = "help"
        label = _("Questions and answers")
        description = _("Questions that open to show their answer.")
        template = "blocks/questions.html"
        preview_value = {
            "title": "Questions people ask",
            "items": [
                {"question": "Do I have to talk about my childhood?", "html": "<p>No. You choose.</p>"}
            ],
        }


class ReferenceBlock(blocks.StructBlock):
    authors = FixedCharBlock(label=_("Authors"), required=False, max_length=250)
    title = FixedCharBlock(label=_("Title"), max_length=300)
    publisher = FixedCharBlock(label=_("Journal or publisher"), required=False, max_length=200)
    year = FixedCharBlock(label=_("Year"), required=False, max_length=10)
    url = blocks.URLBlock(label=_("Address"), required=False)
    language = FixedCharBlock(
        label=_("Language code"), default="en", max_length=12, help_text=_("For example: en, de, uk.")
    )


class ReferenceListBlock(blocks.StructBlock):
    items = blocks.ListBlock(ReferenceBlock(), label=_("References"), min_num=1)

    class Meta:
        icon = "doc-full"
        label = _("References")
        description = _("The sources, at the end. They are never translated.")
        template = "blocks/reference_list.html"
        preview_value = {
            "items": [
                {
                    "authors": "World Health Organization",
                    "title": "World mental health report",
                    "publisher": "WHO",
                    "year": "2022",
                    "url": "https://www.who.int/publications/i/item/9789240049338",
                    "language": "en",
                }
            ]
        }


class CallToActionBlock(blocks.StructBlock):
    kind = blocks.ChoiceBlock(
        label=_("Leads to"),
        choices=[
            ("specialist", _("specialists by topic")),
            ("free_consultation", _("the free consultation")),
        ],
        default="specialist",
    )
    topic = TopicChooserBlock("core.Topic", label=_("Topic"), required=False)
    title = blocks.CharBlock(label=_("Title"), max_length=120)
    text = blocks.CharBlock(label=_("Text"), required=False, max_length=300)

    class Meta:
        icon = "arrow-right"
        label = _("Call to action")
        description = _("Leads on to specialists for a topic, or to the free consultation.")
        template = "blocks/call_to_action.html"
        preview_value = {
            "kind": "free_consultation",
            "topic": None,
            "title": "Talk it over for 30 minutes",
            "text": "",
        }


class EmbedValue(blocks.StructValue):
    @property
    def provider(self) -> str:
        """The site that the video comes from."""
        try:
            return urlsplit(self["url"]).hostname or ""
        except ValueError:  # a bracket where an address has none
            return ""


class EmbedBlock(blocks.StructBlock):
    """A video of another site that nobody's browser asks for before they press it."""

    url = blocks.URLBlock(
        label=_("Address of the player"),
        help_text=_("The player's own address, at youtube-nocookie.com or player.vimeo.com."),
    )
    title = blocks.CharBlock(label=_("Title"), max_length=120)
    description = blocks.CharBlock(label=_("Description"), required=False, max_length=300)

    class Meta:
        icon = "media"
        label = _("Video of another site")
        description = _("Loads only when the reader presses it.")
        template = "blocks/embed.html"
        value_class = EmbedValue
        preview_value = {
            "url": "https://www.youtube-nocookie.com/embed/preview",
            "title": "A slow-breathing exercise",
            "description": "Three minutes, no sound needed.",
        }

    def clean(self, value: Any) -> Any:
        """Refuse players of other sites: the Content-Security-Policy wouldn't frame them."""
        result = super().clean(value)
        # A draft may still be without one.
        if result["url"] and f"https://{urlsplit(result['url']).hostname}" not in settings.EMBED_ORIGINS:
            error = ValidationError(
                _("Videos can be shown from youtube-nocookie.com and player.vimeo.com only.")
            )
            raise blocks.StructBlockValidationError(block_errors={"url": error})
        return result


class HelplinesBlock(blocks.StaticBlock):
    class Meta:
        icon = "mobile-alt"
        label = _("Helplines")
        description = _("Numbers to call, the reader’s own country first. They are edited under Helplines.")
        admin_text = _("The numbers are edited under Helplines, once for all languages.")
        template = "blocks/helplines.html"
        preview_value = None


class BodyStreamBlock(StoredStreamBlock):
    heading = HeadingBlock()
    text = TextBlock(features=RICH_TEXT_FEATURES)
    quote = QuoteBlock()
    callout = CalloutBlock()
    image = PictureBlock()
    key_points = KeyPointsBlock()
    questions = QuestionsBlock()
    call_to_action = CallToActionBlock()
    embed = EmbedBlock()
    reference_list = ReferenceListBlock()
    helplines = HelplinesBlock()

    class Meta:
        template = "blocks/stream.html"
