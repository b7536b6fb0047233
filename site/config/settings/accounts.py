"""Accounts: logging in, second factors, and how long sessions and what people ask for last."""

import os
from datetime import timedelta

from config.settings.environment import env

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["accounts.hashers.OwaspArgon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "accounts.passwords.MaximumLengthValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["email", "display_name"]},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "accounts.passwords.BreachedPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "account_home"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "accounts.forms.entrance.LogInForm",
    "signup": "accounts.forms.entrance.SignUpForm",
    "request_login_code": "accounts.forms.entrance.RequestCodeForm",
    "confirm_login_code": "accounts.forms.entrance.ConfirmCodeForm",
    "confirm_email_verification_code": "accounts.forms.entrance.ConfirmAddressForm",
    "reset_password": "accounts.forms.entrance.ResetPasswordForm",
    "reset_password_from_key": "accounts.forms.entrance.NewPasswordForm",
    "reauthenticate": "accounts.forms.entrance.ShowPasswordAgainForm",
    "add_email": "accounts.forms.settings.AddressForm",
    "change_password": "accounts.forms.settings.OtherPasswordForm",
    "set_password": "accounts.forms.settings.NewPasswordForm",
}
# Codes instead of links: nothing to click in a mail, and people stay where they were, with what they had typed.
ALLAUTH_USER_CODE_FORMAT = {
    "numeric": True,
    "length": 8,
    "dashed": False,
}  # six can be guessed at by the thousand
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 15 * 60  # seconds
ACCOUNT_CHANGE_EMAIL = True  # one address; the old one goes when the new one is confirmed
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60  # seconds
PASSWORD_RESET_TIMEOUT = 60 * 60  # seconds
# Counted in the cache "limits", so for all processes together. Per `key` is per account, whichever the door.
ACCOUNT_RATE_LIMITS = {
    "login_failed": "10/m/ip,5/5m/key",
    "reauthenticate": "5/5m/user",
    "change_password": "5/5m/user",
    "reset_password": "20/m/ip,5/h/key",
    "request_login_code": "20/m/ip,6/15m/key",
    "unsolicited_mail": "10/h/key",  # ours: mails that anybody can cause, by kind and address (accounts.emails)
}
ALLAUTH_TRUSTED_PROXY_COUNT = 0  # production sets it
# On this machine: half of its cores, so that the other half goes on serving (accounts.log_in_queue).
LOG_INS_AT_ONCE = env.number("LOG_INS_AT_ONCE", default=max(1, (os.cpu_count() or 1) // 2), least=1)
MFA_ADAPTER = "accounts.adapter.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "accounts.forms.entrance.SecondFactorForm",
    "reauthenticate": "accounts.forms.entrance.ShowSecondFactorAgainForm",
    "activate_totp": "accounts.forms.settings.AppForm",
    "login_webauthn": "accounts.forms.passkeys.LoginForm",
    "authenticate_webauthn": "accounts.forms.passkeys.AuthenticateForm",
    "reauthenticate_webauthn": "accounts.forms.passkeys.ReauthenticateForm",
    "add_webauthn": "accounts.forms.settings.PasskeyForm",
    "edit_webauthn": "accounts.forms.settings.PasskeyNameForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Attune"
MFA_TOTP_TOLERANCE = 1  # steps of 30 s: telephones' clocks differ
# How long people stay logged in (accounts.sessions). Clients stay for the browser's session, and 12 h at most without
# use; when they ask to be kept logged in, for CLIENT_SESSION.
UNCONFIRMED_KEPT = timedelta(days=30)  # accounts whose address nobody confirmed
STAFF_IDLE = timedelta(minutes=30)
STAFF_SESSION = timedelta(hours=12)
CLIENT_SESSION = timedelta(days=30)
SESSION_COOKIE_AGE = int(timedelta(hours=12).total_seconds())
SESSION_EXPIRE_AT_BROWSER_CLOSE = True  # by whichever way they came in: the computer may be somebody else's
ACCOUNT_SESSION_COOKIE_AGE = int(CLIENT_SESSION.total_seconds())
ERASURE_GRACE = timedelta(days=14)  # how long somebody who asked to be erased can still change their mind
EXPORT_KEPT = timedelta(hours=24)  # how long the link to somebody's data works
