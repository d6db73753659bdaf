"""Pages of marketing."""

from django.urls import path

from marketing import views

urlpatterns = [path("cards/<int:pk>/qr.png", views.card_qr, name="card-qr")]
