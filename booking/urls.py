"""Under `/<lang>/`."""

from django.urls import path

from booking import views

urlpatterns = [
    path("specialists/<slug:slug>/book/", views.book, name="specialist_book"),
    path("bookings/<str:token>/", views.status, name="booking"),
    path("bookings/<str:token>/confirm/", views.confirm, name="booking_confirm"),
    path("bookings/<str:token>/cancel/", views.cancel, name="booking_cancel"),
    path("bookings/<str:token>/consultation.ics", views.calendar, name="booking_calendar"),
]
