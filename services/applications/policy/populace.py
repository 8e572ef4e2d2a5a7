"""The words of a made-up world: countries, names, studies, jobs. Nobody in it exists."""

from typing import NamedTuple


class Country(NamedTuple):
    code: str
    name: str
    zone: str
    language: str
    cities: tuple[str, ...]
    given: tuple[str, ...]
    family: tuple[str, ...]


COUNTRIES = (
    Country("RO", "Romania", "Europe/Bucharest", "ro", ("Cluj-Napoca", "Iași", "Timișoara"),
            ("Ioana", "Andrei", "Maria", "Vlad"), ("Popescu", "Ionescu", "Șerban", "Dumitru")),
    Country("SE", "Sweden", "Europe/Stockholm", "sv", ("Uppsala", "Lund"),
            ("Maja", "Elias", "Alva", "Nils"), ("Lind", "Åkesson", "Berg", "Ekström")),
    Country("BR", "Brazil", "America/Sao_Paulo", "pt", ("São Paulo", "Curitiba", "Recife"),
            ("Ana", "João", "Beatriz", "Lucas"), ("Silva", "Souza", "Oliveira", "Araújo")),
    Country("EG", "Egypt", "Africa/Cairo", "ar", ("Cairo", "Alexandria"),
            ("Mariam", "Omar", "Nour", "Youssef"), ("Hassan", "Ibrahim", "Mansour", "Saad")),
    Country("IN", "India", "Asia/Kolkata", "hi", ("Pune", "Jaipur", "Chennai"),
            ("Aarav", "Priya", "Rohan", "Ananya"), ("Sharma", "Iyer", "Patel", "Reddy")),
    Country("DE", "Germany", "Europe/Berlin", "de", ("Köln", "Dresden"),
            ("Lena", "Jonas", "Mia", "Paul"), ("Schneider", "Weiß", "Krüger", "Vogel")),
    Country("MX", "Mexico", "America/Mexico_City", "es", ("Monterrey", "Puebla"),
            ("Sofía", "Diego", "Valeria", "Mateo"), ("Hernández", "García", "Ramírez", "Núñez")),
    Country("VN", "Vietnam", "Asia/Ho_Chi_Minh", "vi", ("Hanoi", "Da Nang"),
            ("Linh", "Minh", "Trang", "Quang"), ("Nguyễn", "Trần", "Lê", "Phạm")),
    Country("TR", "Türkiye", "Europe/Istanbul", "tr", ("İzmir", "Ankara"),
            ("Elif", "Mert", "Zeynep", "Kerem"), ("Yılmaz", "Kaya", "Çelik", "Öztürk")),
    Country("CO", "Colombia", "America/Bogota", "es", ("Medellín", "Cali"),
            ("Camila", "Andrés", "Laura", "Felipe"), ("Rodríguez", "Gómez", "Torres", "Peña")),
    Country("PL", "Poland", "Europe/Warsaw", "pl", ("Kraków", "Wrocław"),
            ("Zofia", "Jakub", "Hanna", "Michał"), ("Kowalska", "Nowak", "Wójcik", "Zając")),
    Country("ID", "Indonesia", "Asia/Jakarta", "id", ("Bandung", "Surabaya"),
            ("Putri", "Budi", "Dewi", "Agus"), ("Santoso", "Wijaya", "Pratama", "Utami")),
)  # fmt: skip
STUDIES = ("business", "computer_science", "education", "engineering", "languages", "medicine", "psychology", "design")
LEVELS = ("bachelor", "master", "graduate")
SKILLS = (
    "teaching",
    "python",
    "marketing",
    "accounting",
    "event_planning",
    "public_speaking",
    "data_analysis",
    "design",
)
SKILLS += ("research", "web_development", "sales", "project_management")
HOSTS = (("company", "Works"), ("ngo", "Foundation"), ("school", "School"))
JOBS = {
    "GV": (
        ("Teach environment to children", "education"),
        ("Run a summer camp", "education"),
        ("Health days", "health"),
    ),
    "GTa": (("Data intern", "it"), ("Marketing intern", "marketing"), ("Software developer", "it")),
    "GTe": (("English teacher", "education"), ("German teacher", "education"), ("Science teacher", "education")),
}
HOURS = {"GV": (25, 30), "GTa": (35, 40), "GTe": (25, 32)}
WEEKS = {"GV": (6, 7, 8), "GTa": (8, 12, 16, 24, 26, 52), "GTe": (6, 8, 10, 12)}
PRODUCTS = (("GV", 0.6), ("GTa", 0.3), ("GTe", 0.1))
SELECTION = ("sending_interview", "company_interview")
