"""Names to invent people from: many alphabets, short and very long.

`full_name` draws one. A name that is not written in Latin letters carries the Latin spelling that its owner
would use in a login: `山田|yamada`.
"""

from __future__ import annotations

import random
import unicodedata

import attrs

# given names / family names, of people who might meet in one company
_CULTURES: tuple[tuple[str, str], ...] = (
    (
        "Kari Ola Ingrid Sigrid Håkon Øyvind Åse Tor Liv Magnus Solveig Bjørn Ragnhild Even Astrid",
        "Hansen Johansen Ødegård Bø Vik Ruud Sæther Nygård Moen Haugen Strand Bakken Lie Aas Fjeld",
    ),
    (
        "Anna Göran Åsa Björn Elin Lars Märta Sven Linnéa Östen Karin Nils Ebba Viggo Tove",
        "Lindström Sjöberg Åkesson Nyström Öberg Ek Sandström Löfgren Hedlund Wallin Björk Dahl",
    ),
    (
        "João Inês Tiago Conceição Luís Beatriz António Catarina Gonçalo Margarida Rui Leonor Duarte",
        "Gonçalves Simões Magalhães Araújo Falcão Quintão Brandão Guimarães Assunção Leitão Serrão",
    ),
    (
        "Łukasz Zofia Michał Agnieszka Paweł Małgorzata Grzegorz Żaneta Stanisław Świętosława",
        "Wiśniewski Dąbrowska Wójcik Zieliński Kowalczyk Żuk Błaszczyk Szczęsny Głowacka Mróz",
    ),
    (
        "Çağla Emre Işıl Özgür Şule Görkem Ayşe İlker Gülşen Barış Tuğçe Ömer",
        "Yıldız Şahin Öztürk Güneş Çelik Aydın Kılıç Doğan Işık Gümüş Erdoğmuş",
    ),
    (
        "Dana Chidi Amara Olúwaṣeun Ngozi Tunde Adaeze Ìfẹ́olúwa Emeka Yetunde Obi Zainab",
        "Okafor Adébáyò Nwosu Ọláwálé Eze Balogun Onyekachi Ògúnbánjọ Danjuma Ibekwe Achebe",
    ),
    (
        "Minh Hương Đức Thảo Ngọc Tuấn Quỳnh Bảo Lan Phúc Trâm Việt",
        "Nguyễn Trần Lê Phạm Huỳnh Vũ Đặng Bùi Đỗ Hồ Ngô Dương",
    ),
    (
        "Siobhán Seán Aoife Pádraig Niamh Ciarán Gráinne Tadhg Róisín Oisín",
        "Ó_Súilleabháin Ní_Bhriain O'Connor Mac_Giolla_Phádraig Byrne Ó_hÉalaithe D'Arcy Nolan",
    ),
    (
        "Guðrún Þórður Ásta Sigurður Æsa Björk Hjörtur Freyja Óðinn Katrín",
        "Þorvaldsdóttir Guðmundsson Sigurðardóttir Ægisson Friðriksdóttir Björnsson Hallgrímsdóttir",
    ),
    (
        "José María-José Íñigo Núria Begoña Andrés Lucía Ángel Xoán Iker",
        "Muñoz García-Lorca Ibáñez Peña Etxeberria Núñez Castaño Vázquez de_la_Peña Güell",
    ),
    (
        "Ann Bo Priya Arjun Mei Daniel Sofia Noah Li Fatima Jo Hye-jin Kenji Leilani",
        "Lee Li Ng Smith Patel Iyer Kim Chen Tremblay Rossi Müller Weiß Novák Ionescu Székely",
    ),
    (
        "花子|hanako 太郎|taro さくら|sakura 健|ken 陽子|yoko 翔|sho 美咲|misaki 大輔|daisuke",
        "山田|yamada 佐藤|sato 鈴木|suzuki 高橋|takahashi 渡辺|watanabe 小林|kobayashi 森|mori",
    ),
    (
        "Олена|olena Тарас|taras Ірина|iryna Євген|yevhen Марія|mariia Богдан|bohdan Софія|sofiia",
        "Шевченко|shevchenko Коваль|koval Їжакевич|yizhakevych Бондар|bondar Ткачук|tkachuk Гнатюк|hnatiuk",
    ),
    (
        "Ελένη|eleni Γιώργος|giorgos Μαρία|maria Νίκος|nikos Αθηνά|athina Σπύρος|spyros",
        "Παπαδόπουλος|papadopoulos Οικονόμου|oikonomou Βλάχος|vlachos Αγγελίδη|angelidi Κωστάκης|kostakis",
    ),
    (
        "ليلى|layla يوسف|youssef مريم|maryam خالد|khalid نور|nour عمر|omar سلمى|salma",
        "حداد|haddad المصري|almasri خوري|khoury بن_علي|benali الزهراني|alzahrani منصور|mansour",
    ),
    (
        "민준|minjun 서연|seoyeon 지우|jiwoo 하은|haeun 도윤|doyun 수아|sua",
        "김|kim 이|lee 박|park 최|choi 정|jung 강|kang 윤|yoon",
    ),
)

_LONG = (
    "Keihanaikukauakahihuliheekahaunaele Maximiliana-Theodora-Wilhelmina Nebuchadnezzar-Bartholomäus",
    "Wolfeschlegelsteinhausenbergerdorff de_Sousa_Vasconcelos_e_Albuquerque_Gonçalves_Pereira "
    "Papathanasopoulou-Chatzikonstantinidou Hubert_Blaine_Wolfeschlegelsteinhausen",
)

_PLAIN = str.maketrans({"ø": "o", "æ": "ae", "ß": "ss", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})


@attrs.frozen
class FullName:
    """A given and a family name as shown, and both in the plain letters of a login."""

    given: str
    family: str
    plain_given: str
    plain_family: str


def full_name(rng: random.Random, *, long: bool = False) -> FullName:
    """Draw a name; `long` draws one that overflows narrow columns."""
    given, family = _LONG if long else rng.choice(_CULTURES)
    return _named(rng.choice(given.split()), rng.choice(family.split()))


def name_in(address: str) -> FullName | None:
    """Read a name out of an address, `bo.lee@…` as Bo Lee; None where it holds no two names."""
    given, dot, family = address.partition("@")[0].partition(".")
    if not dot or not plain(given) or not plain(family):
        return None
    return _named(given.title(), family.replace(".", "_").title())


def plain(text: str) -> str:
    """The letters a to z and digits that people use for `text` in a login: `Ødegård` is `odegard`."""
    letters = unicodedata.normalize("NFKD", text.casefold().translate(_PLAIN)).translate(_PLAIN)
    return "".join(letter for letter in letters if letter.isascii() and letter.isalnum())


def _named(given: str, family: str) -> FullName:
    shown_given, _, latin_given = given.replace("_", " ").partition("|")
    shown_family, _, latin_family = family.replace("_", " ").partition("|")
    return FullName(shown_given, shown_family, plain(latin_given or shown_given), plain(latin_family or shown_family))
