"""Under `/<lang>/`."""

from django.urls import path

from booking.views import choosing, links

urlpatterns = [
    path("specialists/<slug:slug>/book/", choosing.book, name="specialist_book"),
    path("bookings/pending/", choosing.pending, name="booking_pending"),
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
