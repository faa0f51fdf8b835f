#!/bin/sh
# Installs what the tests with a real Django need, from Debian's packages; safe to run again.
set -eu

python=/usr/bin/python3
probe='import cryptography, django, django_redis, gunicorn, jwt, redis, rest_framework, rest_framework_simplejwt'
packages='python3-django python3-djangorestframework python3-django-redis
  python3-djangorestframework-simplejwt python3-redis python3-jwt python3-cryptography gunicorn'

has_all() { [ -x "$python" ] && "$python" -c "$probe" >/dev/null 2>&1; }
give_up() { echo "parity: $1" >&2; exit 1; }

if ! has_all; then
  command -v apt-get >/dev/null 2>&1 ||
    give_up "the Django side is made of Debian packages, and this machine has no apt-get to install them."
  [ "$(id -u)" = 0 ] ||
    give_up "run this as root once, e.g. sudo $0, so that apt-get can install the Django packages."
  export DEBIAN_FRONTEND=noninteractive
  wait='-o DPkg::Lock::Timeout=300'
  # shellcheck disable=SC2086 # both are lists of words
  apt-get $wait install -y --no-install-recommends $packages >/dev/null 2>&1 || {
    apt-get $wait update >/dev/null 2>&1 || true
    apt-get $wait install -y --no-install-recommends $packages >/dev/null ||
      give_up "apt-get could not install the Django packages, see its words above."
  }
  has_all || give_up "the packages are installed, but $python cannot import them."
fi

"$python" - <<'PY'
import django, rest_framework
print(f"parity: Django {django.__version__}, DRF {rest_framework.VERSION} are ready")
PY
