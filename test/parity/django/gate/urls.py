from django.urls import path, re_path
from rest_framework_simplejwt.views import TokenRefreshView

from . import issue, views, world

TRIO = r"(?P<chain>[^/]+)/(?P<permission>[^/]+)/(?P<throttles>[^/]+)/"

urlpatterns = [
    re_path(rf"^(?P<room>v|ro|parse)/{TRIO}$", views.chosen),
    re_path(rf"^(?P<room>v|ro|parse)/{TRIO}(?P<owner>[^/]+)/$", views.chosen),
    path("default/", views.Defaults.as_view()),
    path("login/token/", issue.TokenLogin.as_view()),
    path("logout/token/", issue.TokenLogout.as_view()),
    path("login/session/", issue.SessionLogin.as_view()),
    path("logout/session/", issue.SessionLogout.as_view()),
    path("session/password/", issue.SessionPassword.as_view()),
    path("session/write/", issue.SessionWrite.as_view()),
    path("csrf/", issue.Csrf.as_view()),
    path("login/jwt/", issue.JwtLogin.as_view()),
    path("login/jwt/refresh/", TokenRefreshView.as_view(throttle_classes=[])),
    path("login/jwt-single/", issue.SingleLogin.as_view()),
    path("logout/jwt-single/", issue.SingleLogout.as_view()),
    path("world/", world.World.as_view()),
]
