"""Headers and cookies: what browsers may do with our pages."""

from csp.constants import NONE, SELF, UNSAFE_INLINE

from config.settings.environment import env

SECURITY_CONTACT = env.text("SECURITY_CONTACT")  # mailto: or https:, for /.well-known/security.txt
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = (
    "SAMEORIGIN"  # the CMS frames its own previews; the public policy says frame-ancestors 'none'
)
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "core.views.csrf_failure"
# The only foreign pages that may ever be framed, and only after a press (core.blocks.EmbedBlock).
EMBED_ORIGINS = ["https://www.youtube-nocookie.com", "https://player.vimeo.com"]
PUBLIC_POLICY = {
    "default-src": [NONE],
    "script-src": [SELF],
    "style-src": [SELF],
    "img-src": [SELF, "data:"],
    "font-src": [SELF],
    "connect-src": [SELF],
    "frame-src": EMBED_ORIGINS,
    "form-action": [SELF],
    "manifest-src": [SELF],
    "frame-ancestors": [NONE],
    "base-uri": [NONE],
}
# Of a page that the CMS shows while it is edited.
PREVIEW_POLICY = {**PUBLIC_POLICY, "frame-ancestors": [SELF]}
# The CMS's own templates carry inline scripts and styles (wagtail issue 1288), so /cms/ has a policy of its own.
CMS_POLICY = {
    **PUBLIC_POLICY,
    "default-src": [SELF],
    "script-src": [SELF, UNSAFE_INLINE],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:", "blob:"],
    "frame-src": [SELF],
    "frame-ancestors": [SELF],
}
CONTENT_SECURITY_POLICY = {"DIRECTIVES": PUBLIC_POLICY}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    name: []
    for name in (
        "camera",
        "geolocation",
        "microphone",
        "payment",
        "usb",
        "display-capture",
        "browsing-topics",
    )
}
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # a StreamField page of an editor has thousands
