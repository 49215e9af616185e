"""Passwords and one-time codes are hidden wherever they are written; what is only said about them stays."""

import time

import pytest

from domain.secrets import without_secrets


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        # Passwords, after a sign
        ("password saya: abc123", "password saya: •••"),
        ("kata sandi=Rahasia!9", "kata sandi=•••"),
        ("Kata Sandi : mawar", "Kata Sandi : •••"),
        ("PASSWORD:\nRahasia123", "PASSWORD:\n•••"),
        (
            "User ID: maju_bersama\nPassword: Maju@2024\nMohon dibantu",
            "User ID: maju_bersama\nPassword: •••\nMohon dibantu",
        ),
        ("user id dan password: maju_bersama / Rahasia123", "user id dan password: ••• / •••"),
        ("password lama abc123 baru def456", "password lama ••• baru •••"),
        ("password barunya Baru9988!", "password barunya •••"),
        ("passwordnya yang baru Baru9988", "passwordnya yang baru •••"),
        ("password lamanya Lama77 terus yang barunya Baru99", "password lamanya ••• terus yang barunya •••"),
        ("login pake sandi bunga2020", "login pake sandi •••"),
        ("pw merdeka45", "pw •••"),
        ("password-nya “mawar12”, tolong", "password-nya “•••”, tolong"),
        ("pasword akun saya adalah mawarmelati", "pasword akun saya adalah •••"),
        ("my password is hunter2.", "my password is •••."),
        ("sandi=abc dan OTP 123456", "sandi=••• dan OTP •••"),
        ("Password saya: Rahasia1, tolong", "Password saya: •••, tolong"),
        ("pwd: qwerty", "pwd: •••"),
        ("password: 081234567890", "password: •••"),
        ("password: Rahasia 123", "password: ••• •••"),
        ("*Password*: Rahasia1", "*Password*: •••"),
        ("password_spse=Rahasia1", "password_spse=•••"),
        ("password2: Rahasia2", "password2: •••"),
        # On a line of its own
        (
            "User\nmaju_bersama\nPassword\nMaju@2024\n\nTerima kasih",
            "User\nmaju_bersama\nPassword\n•••\n\nTerima kasih",
        ),
        ("kode OTP saya\n482913", "kode OTP saya\n•••"),
        # Without a sign
        ("pasword sy Mawar123", "pasword sy •••"),
        ("password saya abc123", "password saya •••"),
        ("password saya mawarmelati", "password saya •••"),
        ("kata sandi spse abc12345 tidak bisa", "kata sandi spse ••• tidak bisa"),
        ("sandinya mawar123", "sandinya •••"),
        ("tidak bisa login, passwordnya Mawar#1", "tidak bisa login, passwordnya •••"),
        ("password salah: abc123", "password salah: •••"),
        ("Rahasia123 itu password saya", "••• itu password saya"),
        # One-time codes
        ("OTP 123456", "OTP •••"),
        ("otp saya 123 456", "otp saya •••"),
        ("otp saya 12 34 56 ya", "otp saya ••• ya"),
        ("kode otp: 4 8 2 9 1 3", "kode otp: •••"),
        ("kode masuk 482913", "kode masuk •••"),
        ("OTP yang saya terima barusan 482913", "OTP yang saya terima barusan •••"),
        ("kode verifikasi 4821", "kode verifikasi •••"),
        ("Kode OTP Anda adalah 482913. Jangan berikan.", "Kode OTP Anda adalah •••. Jangan berikan."),
        ("482913 adalah kode verifikasi Anda", "••• adalah kode verifikasi Anda"),
        ("G-482913 is your Google verification code", "••• is your Google verification code"),
        ("482913 kode otp", "••• kode otp"),
        ("PIN-nya 4321. Terima kasih", "PIN-nya •••. Terima kasih"),
        ("pin: 2024", "pin: •••"),
        ("OTP: A1B2C3", "OTP: •••"),
        ("your verification code is 55667", "your verification code is •••"),
    ],
)
def test_a_password_or_a_code_is_hidden(written: str, kept: str) -> None:
    assert without_secrets(written) == kept
    assert without_secrets(kept) == kept


@pytest.mark.parametrize(
    "written",
    [
        "password barunya belum dikirim",
        "password yang baru dikirim ke mana?",
        "Pass foto 4x6",
        "",
        "saya lupa password",
        "Saya lupa kata sandi saya",
        "bagaimana reset kata sandi",
        "Bagaimana cara mengganti password?",
        "password tidak benar",
        "kata sandi salah terus",
        "password saya salah",
        "password saya bermasalah",
        "password saya tidak bisa dipakai sejak 2026",
        "kata sandi: klik Lupa Password di halaman login",
        "Password: minimal 8 karakter",
        "password is wrong",
        "I forgot my password",
        "password expired, please help",
        "lupa password maju_bersama77",
        "mohon reset password untuk maju_bersama77",
        "lupa password siti@maju.co.id",
        "password tidak benar, user id saya maju_bersama77",
        "OTP belum masuk untuk REG-2026-0007",
        "OTP tidak masuk, nomor HP saya 0812 3456 7890",
        "OTP tidak masuk ke 081234567890",
        "kode verifikasi belum masuk sejak tahun 2026",
        "OTP tidak datang. NPWP 01.312.166.0-091.000",
        "PT Sandi Karya Utama",
        "CV Sandi Jaya 2000",
        "Passion Jaya: Bogor",
        "kode pos 16121",
        "NIK 3271010101010001",
        "Pinang 1234",
        "Saya lupa password\nSiti",
        "Saya lupa password\nmaju_bersama77",
        "Tidak bisa ganti password\nTerima kasih",
        "kode masuk gedung di mana?",
        "password",
        "password: ",
        "password: •••",
        "apa itu OTP?",
        "2026 kode OTP belum masuk",
    ],
)
def test_what_is_only_said_about_them_stays(written: str) -> None:
    assert without_secrets(written) == written


def test_a_message_of_names_alone_takes_no_longer_than_its_length_explains() -> None:
    """Ten times the text, far less than a hundred times the time."""
    for part in ("OTP 123456 ", "otp ", "password: a1b2c3 ", "password "):
        short, long = (min(_seconds(part * count) for _ in range(3)) for count in (400, 4000))
        assert long < 40 * short


def _seconds(text: str) -> float:
    began = time.process_time()
    without_secrets(text)
    return time.process_time() - began
