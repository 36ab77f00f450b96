"""How people wrap a wish into a sentence, in four languages, as words are compared (`bot.core.text.normalise`)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Phrases:
    """One language's phrases, each text a list with bars between."""

    courtesy: str
    """Before or after a wish, or alone."""
    wanting: str
    """Before what somebody wants done (I want to, can you)."""
    asking: str
    """Before a wish, one after another and after those (follow, receive)."""
    stopping: str
    """Before what somebody no longer wants."""
    listing: str
    """What a chat follows, asked for."""
    more: str
    """Before the word for news (the latest)."""
    news: str
    about: str
    """Between the word for news and what it is about."""
    closing: str
    talk: str
    """No wish at all: somebody wants to know what this is."""
    everything: str
    telling: str
    """Words of questions, of happening and of time, which a story about the same thing need not have."""
    small: str
    """Words that say nothing beside others, so that no story is missed for lack of them."""


ENGLISH = Phrases(
    courtesy="hello|hi|hey|good morning|good afternoon|good evening|please|pls|plz"
    "|thanks|thank you|thank you very much",
    wanting="i want|i want to|i need|i need to|i wish to|i would like|i would like to|id like|id like to|we want to"
    "|we would like to|can i|can you|could i|could you|would you|may i",
    asking="i am interested in|im interested in|i want to get|i want to receive|i want to see"
    "|i want to read|i want to know|id like to get|id like to receive"
    "|follow|folow|follw|following|subscribe to|send me|send us|give me|show me|tell me|tell us|tell me about"
    "|tell us about|know about|read about|hear about|keep me posted on|keep me posted about|keep me updated on"
    "|keep me informed about|keep us posted on|alert me to|alert me about|alert me on|alert me when|notify me of"
    "|notify me about|notify me when|inform me about|inform me of|let me know about|let me know when"
    "|what is happening in|what is going on in|what is new in|what happening in|what going on in|what new in"
    "|whats happening in|whats going on in|whats new in",
    stopping="unfollow|unsubscribe|unsubscribe me|unsubscribe from|unsubscribe me from|stop|stop following|stop sending"
    "|stop sending me|stop sending us|stop telling me|stop telling me about|stop alerting me about|stop alerts about"
    "|do not send me|dont send me|no longer follow|do not follow|dont follow|i no longer want"
    "|i no longer want to follow",
    listing="list|my list|the list|our list|my filters|my alerts|my subscriptions|our subscriptions|what i follow"
    "|what i am following|what im following|what am i following|what do i follow|what do we follow"
    "|what are we following|what does this chat follow|what this chat follows|what am i subscribed to",
    more="all|any|some|the|more|latest|new|recent|breaking|everything|anything",
    news="news|story|stories|update|updates|alert|alerts|article|articles|info|information|report|reports|headlines"
    "|everything|anything|something",
    about="about|on|from|of|in|for|regarding|concerning",
    closing="for me|for us",
    talk="help me|who are you|what are you|what is this|what can you do|what can i do|how does this work",
    everything="all|everything|all news|all stories|all the news|any news|anything",
    telling="can|could|you|i|we|me|tell|know|if|when|whenever|what|which|who|where|why|how|is|are|was|were|has|have|had"
    "|do|does|did|there|something|anything|happen|happens|happened|happening|going|goes|went|on|any|some|this|last|past"
    "|yesterday|today|tomorrow|tonight|now|currently|lately|recently|new|situation|week|month|morning|evening",
    small="a|an|the|of|in|on|at|to|for|from|by|with|about",
)
FRENCH = Phrases(
    courtesy="bonjour|bonsoir|salut|svp|stp|il vous plait|il te plait|merci|merci beaucoup",
    wanting="je veux|je voudrais|je souhaite|je souhaiterais|aimerais|pouvez vous|peux tu",
    asking="suivre|suivez|suis|recevoir"
    "|je veux avoir|je voudrais avoir|abonner a"
    "|envoyez moi|envoie moi|donnez moi|donne moi|montrez moi|montre moi|parlez moi de|parlez moi du"
    "|parle moi de|parle moi du|informez moi sur|informe moi sur|tenez moi au courant de|tiens moi au courant de"
    "|que se passe t il en|que se passe t il au|que se passe t il a|ce qui se passe en|ce qui se passe au"
    "|est ce qui se passe en|est ce qui se passe au|est ce qui se passe a|qu est ce qui se passe en",
    stopping="ne plus suivre|ne plus recevoir|arreter|arrete|arretez|arreter de suivre|arrete de suivre"
    "|arretez de suivre|je ne veux plus|je ne veux plus suivre|je ne veux plus recevoir|me desabonner de|desabonner de",
    listing="ma liste|la liste|mes abonnements|mes alertes|mes filtres|que suis je",
    more="les|des|toutes|tous|toute|dernieres|derniers|quelques",
    news="nouvelles|actualite|actualites|actu|actus|info|infos|information|informations|articles|alertes|depeches",
    about="de|du|des|sur|en|au|aux|concernant",
    closing="pour moi|pour nous",
    talk="aide moi|aidez moi|qui es tu|qui etes vous|comment ca marche",
    everything="tout|toutes les nouvelles|toute actualite",
    telling="dis|dites|moi|me|si|quand|qui|que|quoi|comment|pourquoi|est|ce|il|se|passe|passent|arrive|quelque|chose"
    "|hier|aujourd|hui|aujourdhui|demain|maintenant|actuellement|recemment|nouveau|situation|cette|semaine",
    small="le|la|les|une|des|de|du|au|aux|en|dans|sur|et",
)
SPANISH = Phrases(
    courtesy="hola|buenos dias|buenas|buenas tardes|buenas noches|por favor|gracias|muchas gracias",
    wanting="quiero|yo quiero|quisiera|deseo|necesito|me gustaria|puedes|podrias",
    asking="me interesa|me interesan|seguir|sigue"
    "|recibir|suscribirme a|enviame|envieme|mandame|dame|muestrame|hablame de|hablame del|hablame sobre|cuentame de"
    "|cuentame sobre|que pasa en|que esta pasando en|que ocurre en|que sucede en|que hay de nuevo en",
    stopping="dejar de seguir|deja de seguir|dejar de recibir|deja de enviarme|no seguir|no quiero seguir|ya no quiero"
    "|ya no quiero seguir|parar|cancelar",
    listing="mi lista|la lista|mis suscripciones|mis alertas|que sigo|que estoy siguiendo",
    more="las|los|todas|todos|ultimas|ultimos|mas",
    news="noticia|noticias|novedades|alertas|articulos|informacion|historias",
    about="de|del|sobre|en|desde|acerca de",
    closing="para mi|para nosotros",
    talk="ayudame|quien eres|como funciona",
    everything="todo|todas las noticias",
    telling="dime|me|si|cuando|quien|quienes|que|como|donde|es|hay|pasa|paso|pasado|pasando|ocurre|ocurrio|sucede"
    "|sucedio|algo|ayer|hoy|ahora|actualmente|recientemente|nuevo|situacion|esta|semana",
    small="el|la|los|las|una|del|al|de|en|por|sobre|y",
)
ARABIC = Phrases(
    courtesy="مرحبا|اهلا|السلام عليكم|من فضلك|لو سمحت|رجاء|شكرا",
    wanting="اريد|اريد ان|انا اريد|ارغب في|اود|اود ان|احتاج",
    asking="متابعه|اتابع|تابع|تابعوا|معرفه|ارسل لي|ارسلوا لي|اعطني"
    "|اخبرني عن|الاشتراك في|اشترك في|ماذا يحدث في|ما الذي يحدث في|اخبار|الاخبار عن|اخر اخبار|اخر الاخبار عن",
    stopping="اوقف|اوقفوا|اوقف متابعه|ايقاف|ايقاف متابعه|الغاء متابعه|الغ متابعه|لا اريد متابعه",
    listing="قايمتي|اشتراكاتي|ماذا اتابع",
    more="كل|اخر|جميع",
    news="اخبار|الاخبار|قصص|مقالات|تنبيهات|مستجدات",
    about="عن|من|في|حول",
    closing="لي|لنا",
    talk="من انت|كيف يعمل هذا",
    everything="كل شي|كل شيء|كل الاخبار|جميع الاخبار",
    telling="هل|ماذا|ما|من|متي|اين|هو|هي|هناك|يحدث|حدث|حصل|امس|اليوم|الان|الوضع|هذا|الاسبوع",
    small="في|من|عن|الي",
)
LANGUAGES = (ENGLISH, FRENCH, SPANISH, ARABIC)
SMALL_WORDS = frozenset(word for each in LANGUAGES for word in each.small.split("|"))
