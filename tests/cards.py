"""Cards, deeds and letters of PT Maju Bersama and its director, drawn so that they can be read."""

import random
from functools import cache

from PIL import Image, ImageEnhance, ImageFilter

from tests import papers

NIK, NPWP, NIB = "3271046504930002", "013121660091000", "9120304567891"


@cache
def a_ktp(name: str = "SITI RAHMAWATI", nik: str = NIK) -> Image.Image:
    return papers.a_page_of(
        "PROVINSI JAWA BARAT",
        "KOTA BOGOR",
        f"NIK : {nik}",
        f"Nama               : {name}",
        "Tempat/Tgl Lahir   : BOGOR, 25-04-1993",
        "Jenis Kelamin      : PEREMPUAN    Gol. Darah : O",
        "Alamat             : JL. PAJAJARAN NO. 12",
        "     RT/RW         : 003/005",
        "     Kel/Desa      : BABAKAN",
        "     Kecamatan     : BOGOR TENGAH",
        "Agama              : ISLAM",
        "Status Perkawinan  : KAWIN",
        "Pekerjaan          : KARYAWAN SWASTA",
        "Kewarganegaraan    : WNI",
        "Berlaku Hingga     : SEUMUR HIDUP",
        title=2,
    )


@cache
def an_npwp(name: str = "PT MAJU BERSAMA", number: str = "01.312.166.0-091.000") -> Image.Image:
    return papers.a_page_of(
        "KEMENTERIAN KEUANGAN REPUBLIK INDONESIA",
        "DIREKTORAT JENDERAL PAJAK",
        "",
        f"NPWP : {number}",
        name,
        "JL. PAJAJARAN NO. 12",
        "BABAKAN, BOGOR TENGAH, KOTA BOGOR",
        "KPP PRATAMA BOGOR",
        "Tanggal Terdaftar : 12 MEI 2015",
        title=2,
        letters=32,
        paper="#f0e0a0",
    )


@cache
def a_nib() -> Image.Image:
    return papers.a_page_of(
        "PEMERINTAH REPUBLIK INDONESIA",
        "PERIZINAN BERUSAHA BERBASIS RISIKO",
        f"NOMOR INDUK BERUSAHA: {NIB}",
        "Berdasarkan Undang-Undang Nomor 6 Tahun 2023, Pemerintah Republik Indonesia",
        "menerbitkan Nomor Induk Berusaha (NIB) kepada:",
        "1. Nama Pelaku Usaha            : PT MAJU BERSAMA",
        "2. Alamat Kantor                : Jl. Pajajaran No. 12, Kota Bogor",
        "   No. Telepon                  : 0251123456",
        "3. Status Penanaman Modal       : PMDN",
        "4. Kode Klasifikasi Baku Lapangan Usaha Indonesia (KBLI) : Lihat Lampiran",
        "NPWP : 01.312.166.0-091.000",
        "Diterbitkan di Jakarta, tanggal: 3 Maret 2022",
        title=3,
        size=(1240, 1754),
        paper="white",
    )


@cache
def an_akta() -> Image.Image:
    return papers.a_page_of(
        "NOTARIS DI KOTA BOGOR",
        "AKTA PENDIRIAN",
        "PERSEROAN TERBATAS PT MAJU BERSAMA",
        "Nomor : 12",
        "Pada hari ini, Senin, tanggal tiga Maret dua ribu dua puluh dua,",
        "berhadapan dengan saya, RINA WULANDARI, Sarjana Hukum, Notaris di Bogor,",
        "dengan dihadiri oleh saksi-saksi yang akan disebut pada bagian akhir akta ini:",
        "Nyonya SITI RAHMAWATI, lahir di Bogor, Warga Negara Indonesia,",
        f"pemegang Kartu Tanda Penduduk dengan Nomor Induk Kependudukan {NIK};",
        "Para penghadap menerangkan dengan ini mendirikan suatu perseroan terbatas.",
        title=3,
        size=(1240, 1754),
        paper="white",
    )


def a_letter(*title: str, body: tuple[str, ...] = ()) -> Image.Image:
    return papers.a_page_of(
        "PT MAJU BERSAMA",
        *title,
        "Yang bertanda tangan di bawah ini:",
        "Nama            : Siti Rahmawati",
        "Jabatan         : Direktur",
        "Nama perusahaan : PT Maju Bersama",
        "NPWP perusahaan : 01.312.166.0-091.000",
        *body,
        "Demikian surat ini dibuat dengan sebenarnya.",
        title=2,
        size=(1240, 1754),
        paper="white",
    )


@cache
def letters() -> dict[str, Image.Image]:
    kuasa = ("selanjutnya disebut Pemberi Kuasa, dengan ini memberikan kuasa kepada:", "Nama : Budi Santoso")
    admin = ("dengan ini menunjuk:", "Nama : Budi Santoso", "sebagai admin perusahaan kami pada SPSE.")
    asking = ("mengajukan permohonan perubahan data perusahaan pada SPSE sebagai berikut:",)
    return {
        "surat_kuasa": a_letter("SURAT KUASA", "Nomor: 12/MB/2026", body=kuasa),
        "surat_penunjukan_admin": a_letter("SURAT PENUNJUKAN ADMIN", "Nomor: 12/MB/2026", body=admin),
        "surat_permohonan": a_letter("Perihal : Permohonan Perubahan Data Perusahaan", "Kepada Yth.", body=asking),
        "formulir_keikutsertaan": a_letter("FORMULIR KEIKUTSERTAAN"),
        "formulir_pendaftaran": a_letter("FORMULIR PENDAFTARAN"),
    }


def as_photographed(paper: Image.Image, angle: float = 4) -> bytes:
    """On a table, a little crooked, with a shadow, out of the middle, in poor light and packed by a messenger."""
    chance = random.Random(7)
    table = Image.new("RGB", (paper.width * 3 // 2, paper.height * 3 // 2), "#6b5a48")
    table.paste(paper, (paper.width // 4, paper.height // 5))
    width, height = table.size
    lean = (0, 0, -width // 40, height, width, height - height // 30, width - width // 30, height // 40)
    photo = table.transform(table.size, Image.Transform.QUAD, lean, Image.Resampling.BICUBIC)
    photo = photo.rotate(angle, Image.Resampling.BICUBIC, expand=True, fillcolor="#6b5a48")
    shadow = Image.linear_gradient("L").resize(photo.size).point(lambda grey: 255 - grey // 3)
    photo = Image.composite(photo, ImageEnhance.Brightness(photo).enhance(0.5), shadow)
    noise = Image.frombytes("L", (256, 256), chance.randbytes(65536)).resize(photo.size)
    photo = Image.blend(photo, noise.convert("RGB"), 0.06).filter(ImageFilter.GaussianBlur(0.7))
    return papers.as_jpeg(photo, quality=60)


def copied_on_a4(card: Image.Image) -> bytes:
    """As a copying machine does it: the card at its own size on an empty sheet."""
    sheet = Image.new("RGB", (2480, 3508), "white")
    sheet.paste(card, (700, 500))
    return papers.as_jpeg(sheet)
