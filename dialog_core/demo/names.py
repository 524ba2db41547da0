# SPDX-License-Identifier: Apache-2.0
"""Invented people, organisations, places, phones and tax numbers, drawn from a seed."""

from __future__ import annotations

from random import Random

_SURNAMES = (
    "Абрамов", "Алексеев", "Андреев", "Баранов", "Белов", "Беляев", "Богданов", "Борисов", "Васильев", "Виноградов",
    "Воробьёв", "Гаврилов", "Герасимов", "Голубев", "Григорьев", "Гусев", "Давыдов", "Данилов", "Денисов", "Егоров",
    "Ершов", "Жуков", "Зайцев", "Захаров", "Иванов", "Ильин", "Калинин", "Карпов", "Киселёв", "Ковалёв", "Козлов",
    "Комаров", "Королёв", "Крылов", "Кузнецов", "Лазарев", "Лебедев", "Макаров", "Медведев", "Миронов", "Морозов",
    "Назаров", "Никитин", "Новиков", "Орлов", "Осипов", "Павлов", "Петров", "Поляков", "Пономарёв", "Попов",
    "Родионов", "Романов", "Савельев", "Семёнов", "Сергеев", "Сидоров", "Смирнов", "Соколов", "Соловьёв", "Сорокин",
    "Степанов", "Тарасов", "Тимофеев", "Титов", "Тихонов", "Фёдоров", "Филиппов", "Фомин", "Фролов", "Чернов",
    "Шестаков", "Щербаков",
)  # fmt: skip
_MEN = (
    "Александр", "Алексей", "Андрей", "Дмитрий", "Иван", "Игорь", "Максим", "Михаил", "Николай", "Олег", "Павел",
    "Роман", "Сергей", "Юрий",
)  # fmt: skip
_WOMEN = (
    "Анастасия", "Анна", "Валентина", "Галина", "Екатерина", "Елена", "Ирина", "Марина", "Мария", "Наталья",
    "Ольга", "Светлана", "Татьяна", "Юлия",
)  # fmt: skip
_FATHERS = (
    "Александр", "Алексеев", "Андреев", "Владимиров", "Дмитриев", "Иванов", "Михайлов", "Николаев", "Павлов",
    "Петров", "Сергеев", "Юрьев",
)  # fmt: skip
_ENGLISH_FIRST = (
    "Alice", "Amelia", "Arthur", "Charles", "Daniel", "Emily", "George", "Grace", "Harry", "Henry", "Jack", "James",
    "Laura", "Lucy", "Martin", "Oliver", "Peter", "Ruth", "Sarah", "Thomas",
)  # fmt: skip
_ENGLISH_LAST = (
    "Ashdown", "Barlow", "Carver", "Dunmore", "Ellwood", "Fairley", "Garnett", "Hartwell", "Ingram", "Kestrel",
    "Langford", "Merriman", "Norcott", "Oakley", "Penrose", "Radley", "Stanton", "Thornbury", "Underhill", "Wexley",
)  # fmt: skip

_HEADS = (
    "Ново", "Старо", "Верхне", "Нижне", "Красно", "Бело", "Средне", "Усть-", "Мало", "Больше", "Черно", "Зелено",
)  # fmt: skip
_ROOTS = (
    "берёзовск", "боровск", "вишневск", "горск", "грибовск", "дубровск", "ельнинск", "заречинск", "камышинск",
    "ключевск", "крутогорск", "лесогорск", "липовск", "луговск", "малиновск", "мостовск", "нагорск", "овражинск",
    "озёрск", "ольховск", "полянск", "поречинск", "раздольск", "рудничинск", "рябиновск", "светловск", "северинск",
    "сосновск", "степновск", "холмогоровск", "хвойнинск", "ясногорск",
)  # fmt: skip
PLACES = tuple(f"{head}{root}" for root in _ROOTS for head in _HEADS)
_ENGLISH_HEADS = (
    "Ash", "Birch", "Black", "Clear", "Elm", "Fern", "Green", "Hazel", "Long", "North", "Oak", "Stone", "West",
    "White",
)  # fmt: skip
_ENGLISH_TAILS = (
    "bridge", "brook", "cliffe", "combe", "dale", "field", "ford", "haven", "hurst", "leigh", "mere", "wick",
)  # fmt: skip
ENGLISH_PLACES = tuple(f"{head}{tail}" for tail in _ENGLISH_TAILS for head in _ENGLISH_HEADS)

_FORMS = (
    "ООО", "АО", "ГБУ", "МУП", "ООО", "ПАО",
)  # fmt: skip
_FIRST_PARTS = (
    "Альфа", "Вектор", "Восход", "Гранит", "Заря", "Импульс", "Каскад", "Контур", "Кристалл", "Магистраль", "Маяк",
    "Меридиан", "Опора", "Орбита", "Парус", "Прогресс", "Радуга", "Родник", "Сигнал", "Сфера", "Темп", "Феникс",
    "Эталон", "Янтарь",
)  # fmt: skip
_LAST_PARTS = (
    "Аналитика", "Безопасность", "Комплект", "Логистика", "Медицина", "Монтаж", "Связь", "Сервис", "Снаб", "Строй",
    "Транс", "Фарм", "Энерго",
)  # fmt: skip
_ENGLISH_TRADES = (
    "Analytics", "Clinics", "Energy", "Foods", "Freight", "Instruments", "Library", "Logistics", "Paper",
    "Textiles",
)  # fmt: skip
_ENGLISH_FORMS = (
    "Ltd", "Group", "Partners", "Trust",
)  # fmt: skip

_LATIN = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        "a,b,v,g,d,e,e,zh,z,i,y,k,l,m,n,o,p,r,s,t,u,f,h,ts,ch,sh,sch,,y,,e,yu,ya".split(","),  # noqa: SIM905 - pairs
        strict=True,
    )
)


def person(rng: Random, *, english: bool = False) -> str:
    """Return a full name."""
    if english:
        return f"{rng.choice(_ENGLISH_FIRST)} {rng.choice(_ENGLISH_LAST)}"
    surname, father = rng.choice(_SURNAMES), rng.choice(_FATHERS)
    if father == "Александр":
        father = "Александров"
    if rng.random() < 0.5:
        return f"{surname}а {rng.choice(_WOMEN)} {father}на"
    return f"{surname} {rng.choice(_MEN)} {father}ич"


def surname(rng: Random, *, english: bool = False) -> str:
    """Return a surname as it is mentioned in a text."""
    return rng.choice(_ENGLISH_LAST) if english else rng.choice(_SURNAMES)


def place(rng: Random, *, english: bool = False) -> str:
    """Return a town; some are named often and most rarely, as in life."""
    towns = ENGLISH_PLACES if english else PLACES
    return towns[int(len(towns) * rng.random() ** 3)]


def organisation(rng: Random, index: int, *, english: bool = False) -> str:
    """Return a name that no other index has."""
    if english:
        trade = _ENGLISH_TRADES[index % len(_ENGLISH_TRADES)]
        town = ENGLISH_PLACES[index // len(_ENGLISH_TRADES) % len(ENGLISH_PLACES)]
        return f"{town} {trade} {rng.choice(_ENGLISH_FORMS)}"
    first, last = index % len(_FIRST_PARTS), index // len(_FIRST_PARTS) % len(_LAST_PARTS)
    town = PLACES[index * 7 % len(PLACES)]
    return f"{rng.choice(_FORMS)} «{_FIRST_PARTS[first]}-{_LAST_PARTS[last]} {town}»"


def phone(index: int) -> tuple[str, str]:
    """Return an invented phone as written and in E.164; the first ten thousand differ."""
    last = index % 10_000
    return f"+7 900 555-{last // 100:02d}-{last % 100:02d}", f"+7900555{last:04d}"


def inn(index: int) -> str:
    """Return a tax number with right check digit in a region that does not exist (00)."""
    digits = f"00{index % 10_000_000:07d}"
    weights = (2, 4, 10, 3, 5, 9, 4, 6, 8)
    return digits + str(sum(int(d) * w for d, w in zip(digits, weights, strict=True)) % 11 % 10)


def latin(text: str) -> str:
    """Return text in Latin letters for an address."""
    spelt = "".join(_LATIN.get(letter, letter) for letter in text.lower())
    kept = (letter for letter in spelt.replace(" ", "-") if letter.isalnum() or letter == "-")
    return "".join(letter for letter in kept if letter.isascii())
