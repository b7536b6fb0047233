"""Under `/<lang>/`."""

from django.urls import path

from booking.views import choosing, links, pending, specialist

urlpatterns = [
    path("specialists/<slug:slug>/book/", choosing.book, name="specialist_book"),
    path("account/specialist/consultations/", specialist.consultations, name="specialist_consultations"),
    path(
        "account/specialist/consultations/<uuid:uid>/took-place/",
        specialist.close,
        {"to": "completed"},
        name="specialist_took_place",
    ),
    path(
        "account/specialist/consultations/<uuid:uid>/no-show/",
        specialist.close,
        {"to": "no_show"},
        name="specialist_no_show",
    ),
    path("account/specialist/hours/", specialist.hours, name="specialist_hours"),
    path("account/specialist/hours/resume/", specialist.resume, name="specialist_resume"),
    path("account/specialist/calendar/", specialist.calendar, name="specialist_calendar"),
    path("bookings/pending/", pending.pending, name="booking_pending"),
    path("bookings/<str:token>/", links.status, name="booking"),
    path("bookings/<str:token>/confirm/", links.confirm, name="booking_confirm"),
    path("bookings/<str:token>/again/", links.again, name="booking_again"),
    path("bookings/<str:token>/agree/", links.agree, name="booking_agree"),
    path("bookings/<str:token>/move/", links.move, name="booking_move"),
    path("bookings/<str:token>/cancel/", links.cancel, name="booking_cancel"),
    path("bookings/<str:token>/answer/", links.answer, name="booking_answer"),
    path("bookings/<str:token>/propose/", links.propose, name="booking_propose"),
    path("bookings/<str:token>/consultation.ics", links.calendar, name="booking_calendar"),
]
