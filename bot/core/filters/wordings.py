"""How people wrap a wish into a sentence, in four languages, as words are compared (`bot.core.text.normalise`)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Phrases:
    """One language's phrases, each text a list with bars between."""

    courtesy: str
    """Before or after a wish, or alone."""
    asking: str
    """Before a wish, one after another (I want to, receive)."""
    more: str
    """Before the word for news (the latest)."""
    news: str
    about: str
    """Between the word for news and what it is about."""
    closing: str
    talk: str
    """No wish at all: somebody wants to know what this is."""
    everything: str
    small: str
    """Words that say nothing beside others, so that no story is missed for lack of them."""


ENGLISH = Phrases(
    courtesy="hello|hi|hey|good morning|good afternoon|good evening|please|pls|plz"
    "|thanks|thank you|thank you very much",
    asking="i want|i want to|i need|i need to|i wish to|i would like|i would like to|id like|id like to|we want to"
    "|we would like to|i am interested in|im interested in|can i|can you|could i|could you|would you|may i"
    "|i want to get|i want to receive|i want to see|i want to read|i want to know|id like to get|id like to receive"
    "|follow|folow|follw|following|subscribe to|send me|send us|give me|show me|tell me|tell us|tell me about"
    "|tell us about|know about|read about|hear about|keep me posted on|keep me posted about|keep me updated on"
    "|keep me informed about|keep us posted on|alert me to|alert me about|alert me on|alert me when|notify me of"
    "|notify me about|notify me when|inform me about|inform me of|let me know about|let me know when"
    "|what is happening in|what is going on in|what is new in|what happening in|what going on in|what new in"
    "|whats happening in|whats going on in|whats new in",
    more="all|any|some|the|more|latest|new|recent|breaking|everything|anything",
    news="news|story|stories|update|updates|alert|alerts|article|articles|info|information|report|reports|headlines"
    "|everything|anything|something",
    about="about|on|from|of|in|for|regarding|concerning",
    closing="for me|for us",
    talk="help me|who are you|what are you|what is this|what can you do|what can i do|how does this work",
    everything="all|everything|all news|all stories|all the news|any news|anything",
    small="a|an|the|of|in|on|at|to|for|from|by|with|about",
)
FRENCH = Phrases(
    courtesy="bonjour|bonsoir|salut|svp|stp|il vous plait|il te plait|merci|merci beaucoup",
    asking="je veux|je voudrais|je souhaite|je souhaiterais|aimerais|pouvez vous|peux tu|suivre|suivez|suis|recevoir"
    "|je veux avoir|je voudrais avoir|abonner a"
    "|envoyez moi|envoie moi|donnez moi|donne moi|montrez moi|montre moi|parlez moi de|parlez moi du"
    "|parle moi de|parle moi du|informez moi sur|informe moi sur|tenez moi au courant de|tiens moi au courant de"
    "|que se passe t il en|que se passe t il au|que se passe t il a|ce qui se passe en|ce qui se passe au"
    "|est ce qui se passe en|est ce qui se passe au|est ce qui se passe a|qu est ce qui se passe en",
    more="les|des|toutes|tous|toute|dernieres|derniers|quelques",
    news="nouvelles|actualite|actualites|actu|actus|info|infos|information|informations|articles|alertes|depeches",
    about="de|du|des|sur|en|au|aux|concernant",
    closing="pour moi|pour nous",
    talk="aide moi|aidez moi|qui es tu|qui etes vous|comment ca marche",
    everything="tout|toutes les nouvelles|toute actualite",
    small="le|la|les|une|des|de|du|au|aux|en|dans|sur|et",
)
SPANISH = Phrases(
    courtesy="hola|buenos dias|buenas|buenas tardes|buenas noches|por favor|gracias|muchas gracias",
    asking="quiero|yo quiero|quisiera|deseo|necesito|me gustaria|me interesa|me interesan|puedes|podrias|seguir|sigue"
    "|recibir|suscribirme a|enviame|envieme|mandame|dame|muestrame|hablame de|hablame del|hablame sobre|cuentame de"
    "|cuentame sobre|que pasa en|que esta pasando en|que ocurre en|que sucede en|que hay de nuevo en",
    more="las|los|todas|todos|ultimas|ultimos|mas",
    news="noticia|noticias|novedades|alertas|articulos|informacion|historias",
    about="de|del|sobre|en|desde|acerca de",
    closing="para mi|para nosotros",
    talk="ayudame|quien eres|como funciona",
    everything="todo|todas las noticias",
    small="el|la|los|las|una|del|al|de|en|por|sobre|y",
)
ARABIC = Phrases(
    courtesy="مرحبا|اهلا|السلام عليكم|من فضلك|لو سمحت|رجاء|شكرا",
    asking="اريد|اريد ان|انا اريد|ارغب في|اود|اود ان|احتاج|متابعه|اتابع|تابع|تابعوا|معرفه|ارسل لي|ارسلوا لي|اعطني"
    "|اخبرني عن|الاشتراك في|اشترك في|ماذا يحدث في|ما الذي يحدث في|اخبار|الاخبار عن|اخر اخبار|اخر الاخبار عن",
    more="كل|اخر|جميع",
    news="اخبار|الاخبار|قصص|مقالات|تنبيهات|مستجدات",
    about="عن|من|في|حول",
    closing="لي|لنا",
    talk="من انت|كيف يعمل هذا",
    everything="كل شي|كل شيء|كل الاخبار|جميع الاخبار",
    small="في|من|عن|الي",
)
LANGUAGES = (ENGLISH, FRENCH, SPANISH, ARABIC)
SMALL_WORDS = frozenset(word for each in LANGUAGES for word in each.small.split("|"))
