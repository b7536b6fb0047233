"""For development alone: the mail that the site has written. Not translated: only developers see it."""

import email
import email.policy
import uuid
from email.message import EmailMessage

from csp.constants import SELF
from csp.decorators import csp_replace
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header
from django.views.decorators.clickjacking import xframe_options_sameorigin

from core.models import Outbox

# The HTML of a mail brings its own styles; it gets no scripts, and nothing from elsewhere.
HTML_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'self'; "
    "sandbox allow-top-navigation-by-user-activation"
)


def leaves(row: Outbox) -> list[EmailMessage]:
    """The parts of a message that hold something, in their order."""
    message = email.message_from_bytes(bytes(row.raw), policy=email.policy.default)
    return [part for part in message.walk() if not part.is_multipart()]


def dev_mail(request: HttpRequest) -> HttpResponse:
    """The 200 newest messages."""
    rows = Outbox.objects.defer("raw").order_by("-created_at")[:200]
    return render(request, "dev/mail_list.html", {"mails": rows})


@csp_replace({"frame-src": [SELF]})
def dev_mail_message(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """One message: headers, text, HTML, files."""
    row = get_object_or_404(Outbox, pk=pk)
    message = email.message_from_bytes(bytes(row.raw), policy=email.policy.default)
    texts, frames, files = [], [], []
    for index, part in enumerate(leaves(row)):
        if part.get_content_disposition() != "attachment" and part.get_content_type() == "text/plain":
            texts.append(part.get_content())
        elif part.get_content_disposition() != "attachment" and part.get_content_type() == "text/html":
            frames.append(index)
        else:
            files.append({"index": index, "name": file_name(part, index), "type": part.get("Content-Type")})
    context = {"mail": row, "headers": message.items(), "texts": texts, "frames": frames, "files": files}
    return render(request, "dev/mail_message.html", context)


@xframe_options_sameorigin
def dev_mail_part(request: HttpRequest, pk: uuid.UUID, index: int) -> HttpResponse:
    """The HTML part for the frame, any other part as a download."""
    parts = leaves(get_object_or_404(Outbox, pk=pk))
    if index >= len(parts):
        raise Http404
    part = parts[index]
    if part.get_content_type() == "text/html" and part.get_content_disposition() != "attachment":
        return framed(part.get_content())
    response = HttpResponse(part.get_payload(decode=True), content_type=part.get_content_type())
    response["Content-Disposition"] = content_disposition_header(True, file_name(part, index)) or "attachment"
    return response


def framed(html: str) -> HttpResponse:
    """The HTML of a mail for a frame on this site; its links leave the frame."""
    response = HttpResponse('<base target="_top">' + html)
    response["Content-Security-Policy"] = HTML_POLICY
    return response


def file_name(part: EmailMessage, index: int) -> str:
    """The name that the mail gives the file, else one that says what it is."""
    default = "invitation.ics" if part.get_content_type() == "text/calendar" else f"part-{index}"
    return part.get_filename() or default
