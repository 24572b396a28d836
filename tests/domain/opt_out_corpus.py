"""Texts as people write them, by language: what withdraws consent, what may, and what is part of a conversation."""

from collections.abc import Mapping, Sequence
from typing import Final

STOP: Final[Mapping[str, Sequence[str]]] = {
    "en": (
        *(
            "STOP",
            "Stop.",
            "stop please",
            "STOP STOP STOP",
            "Quit",
            "END",
            "Cancel",
            "Unsubscribe",
            "unsub",
        ),
        *(
            "REVOKE",
            "Opt out",
            "opt-out",
            "Remove me",
            "STOP 12345",
            "stop all",
            "please stop texting me",
        ),
        *("Stop texting me!!!", "do not text me again", "No more texts", "no more messages please"),
        *(
            "remove me from your list",
            "take my number off your list",
            "I want to unsubscribe",
            "leave me alone",
        ),
        *(
            "I no longer wish to receive texts",
            "I withdraw my consent",
            "Stop\n\nSent from my iPhone",
            "ＳＴＯＰ",
        ),
        *("s t o p", "st\u200bop", "STOP UNSUBSCRIBE", "stop now", "Please unsubscribe me thanks"),
    ),
    "es": (
        *(
            "ALTO",
            "Baja",
            "Darme de baja",
            "No más",
            "no mas mensajes",
            "Basta",
            "Cancelar",
            "Pare",
        ),
        *(
            "No quiero recibir más mensajes",
            "no me escriban más",
            "dejen de enviarme mensajes",
            "Borren mi numero",
        ),
        *("¡Déjenme en paz!", "Desuscríbeme", "ya no me manden mensajes"),
    ),
    "fr": (
        *(
            "ARRET",
            "Arrêt",
            "Arrêtez",
            "Désabonner",
            "me désabonner",
            "Plus de SMS",
            "Désinscription",
            "STOP svp",
        ),
        *(
            "Je ne veux plus recevoir de SMS",
            "Ne m'envoyez plus de messages",
            "arrêtez de m'écrire",
        ),
        *("Supprimez mon numéro", "Laissez-moi tranquille", "n'envoyez plus rien"),
    ),
    "de": (
        *(
            "Stopp",
            "STOP",
            "Abmelden",
            "Abbestellen",
            "Bitte abmelden",
            "Aufhören!",
            "Keine SMS mehr",
            "Austragen",
        ),
        *(
            "Ich möchte keine Nachrichten mehr",
            "Schreiben Sie mir nicht mehr",
            "hört auf mir zu schreiben",
        ),
        *(
            "Löschen Sie meine Nummer",
            "Lassen Sie mich in Ruhe",
            "Ich widerrufe meine Einwilligung",
        ),
    ),
    "it": (
        *(
            "Annulla",
            "Cancellami",
            "Disiscrivimi",
            "Rimuovimi",
            "Basta",
            "Niente SMS",
            "Smettila",
            "STOP grazie",
        ),
        *(
            "Non voglio più ricevere messaggi",
            "non scrivetemi più",
            "smettete di mandarmi messaggi",
        ),
        *("Cancellate il mio numero", "Lasciatemi in pace", "basta messaggi"),
    ),
    "pt": (
        *(
            "SAIR",
            "Parar",
            "Pare",
            "Cancelar",
            "Descadastrar",
            "Remover",
            "Chega",
            "Não quero mais mensagens",
        ),
        *("não me mandem mais mensagens", "parem de me enviar mensagens", "remova meu número"),
        *("me deixem em paz", "chega de mensagens", "retire meu número da lista"),
    ),
    "nl": (
        *(
            "STOP",
            "Afmelden",
            "Uitschrijven",
            "Stoppen",
            "Geen sms meer",
            "Geen berichten meer",
            "Opzeggen",
            "hou op",
        ),
        *(
            "Ik wil geen berichten meer ontvangen",
            "stuur mij geen berichten meer",
            "laat me met rust",
        ),
        *("verwijder mijn nummer", "stop met sms sturen", "schrijf mij uit"),
    ),
    "pl": (
        *(
            "STOP",
            "Koniec",
            "Przestań",
            "Rezygnuję",
            "Wypisz mnie",
            "Usuń mnie",
            "Dość",
            "Cofam zgodę",
        ),
        *("proszę nie pisać do mnie", "nie chcę dostawać wiadomości", "nie piszcie do mnie więcej"),
        *("przestańcie wysyłać SMS", "usuńcie mój numer z bazy", "dajcie mi spokój"),
    ),
    "sv": (
        *(
            "STOPP",
            "Sluta",
            "Avsluta",
            "Avregistrera",
            "Avanmäl mig",
            "Ta bort mig",
            "Inga fler sms",
            "Avböj",
        ),
        *("Jag vill inte ha fler sms", "sluta skicka meddelanden till mig", "skicka inga fler sms"),
        *("lämna mig i fred", "ta bort mitt nummer", "sluta smsa mig"),
    ),
    "tr": (
        *(
            "DUR",
            "İPTAL",
            "iptal",
            "RET",
            "Çıkış",
            "Listeden çıkar",
            "Mesaj istemiyorum",
            "durdurun",
        ),
        *(
            "bana mesaj atmayın",
            "artık mesaj göndermeyin",
            "beni listeden çıkarın",
            "beni rahat bırakın",
        ),
        *("rahatsız etmeyin", "bir daha mesaj atma"),
    ),
    "ru": (
        *("СТОП", "Стоп!", "Отписаться", "отписка", "Отмена", "Хватит", "Не пишите", "Прекратите"),
        *(
            "не пишите мне больше",
            "больше не присылайте сообщения",
            "я не хочу получать смс",
            "удалите мой номер",
        ),
        *("оставьте меня в покое", "отпишите меня от рассылки"),
    ),
    "zh": (
        *("退订", "退訂", "TD", "停止", "取消订阅", "拒收", "不要再发", "请退订，谢谢"),
        *("不要再给我发短信", "别再发了", "不想再收到短信", "停止打扰", "我要退订", "取消短信"),
    ),
}

UNCLEAR: Final[Mapping[str, Sequence[str]]] = {
    "en": (
        *(
            "Can you stop it? I asked twice",
            "Why are you texting me",
            "why do you keep texting me at work",
            "st0p",
        ),
        *(
            "stpo",
            "unsubscibe",
            "cancle",
            "This is spam",
            "I'm reporting you",
            "stop harassing my wife",
            "🛑",
        ),
        *(
            "Who is this, take me off please I beg you",
            "Don't text me I'm driving",
            "lose my number",
            "no more",
        ),
        *(
            "I never signed up for this",
            "I already told you to stop",
            "my lawyer will hear about this",
        ),
        *(
            "unsubscribe this number from everything you have",
            "I want out, opt out, whatever it takes",
        ),
    ),
    "es": (
        *(
            "ya basta",
            "les pedí que no me escriban más a este número por favor",
            "stop ya estoy cansado",
        ),
        *(
            "quiero darme de baja de todo esto hoy",
            "por qué siguen, dejen de escribirme a esta hora",
        ),
        "les dije no quiero recibir más mensajes de su empresa nunca",
    ),
    "fr": (
        *("assez", "je vous ai dit arrêtez de m'écrire le soir", "stop ou je porte plainte"),
        *(
            "comment me désabonner de vos envois",
            "je ne veux plus recevoir de sms de votre part merci de noter",
        ),
        "j'ai demandé plus de sms hier déjà",
    ),
    "de": (
        *(
            "genug",
            "ich habe gesagt keine sms mehr an diese nummer",
            "wo kann man das abmelden bitte sagen",
        ),
        *("stopp das endlich bitte sofort", "lassen sie mich in ruhe sonst anwalt"),
        "ich will keine werbung von euch auf dem handy",
    ),
    "it": (
        *("vi ho detto non scrivetemi più a quest'ora", "stop oppure chiamo l'avvocato"),
        *(
            "come faccio a disiscrivermi, voglio disiscrivermi da tutto",
            "lasciatemi in pace per favore signori",
        ),
        *("ho scritto basta messaggi ieri sera", "disiscrivimi da questa cosa qui"),
    ),
    "pt": (
        *("já pedi parem de me enviar mensagens todo dia", "stop isso é demais"),
        *("não quero mais mensagens desse número aqui", "me deixem em paz ou vou reclamar"),
        *("quero descadastrar de tudo isso", "eu disse remova meu número ontem"),
    ),
    "nl": (
        *(
            "genoeg",
            "ik heb al gezegd geen berichten meer hoor",
            "stop nou eens hiermee alsjeblieft",
        ),
        *("hoe kan ik mij uitschrijven hiervan", "laat me met rust of ik bel de politie"),
        "ik wil geen reclame op mijn telefoon",
    ),
    "pl": (
        *("wystarczy", "mówiłem nie piszcie do mnie więcej wieczorem", "stop bo zgłoszę to dalej"),
        *("rezygnuję z tego wszystkiego", "dajcie mi spokój albo idę do sądu"),
        "jak mam się wypisać, wypisuję się z tego",
    ),
    "sv": (
        *("räcker", "jag sa ju inga fler sms igår", "stopp nu annars anmäler jag"),
        *("hur kan jag avregistrera mitt nummer här", "lämna mig i fred annars polisen"),
        "jag vill inte ha fler sms från er butik",
    ),
    "tr": (
        *("size bana mesaj atmayın dedim dün", "stop artık yeter dedim size"),
        *(
            "lütfen beni listeden çıkarın demiştim kaç kere",
            "beni rahat bırakın yoksa şikayet ederim",
        ),
        *("abonelikten çık nasıl yapılıyor", "mesaj istemiyorum dedim ya size"),
    ),
    "ru": (
        *("достаточно", "я же просил не пишите мне больше вечером", "стоп или я подам жалобу"),
        *("как отписаться от всего этого", "оставьте меня в покое иначе полиция"),
        "вчера сказал удалите мой номер из базы",
    ),
    "zh": (
        *("够了", "我说过不要再给我发短信了好吗朋友", "怎么退订这个东西"),
        *(
            "你们别再发了我要投诉你们公司",
            "已经拒收很多次你们还在发",
            "昨天就取消订阅过一次为什么还有",
        ),
    ),
}

CONVERSATION: Final[Mapping[str, Sequence[str]]] = {
    "en": (
        *(
            "I'll stop by at five",
            "Can we stop by on Monday?",
            "Don't stop!",
            "End of the month works",
            "Cancel my 3pm",
        ),
        *(
            "The bus stop on Main Street",
            "I quit my job last week",
            "Remove the second item please",
            "No thanks",
        ),
        *(
            "Not interested",
            "Wrong number",
            "Yes please",
            "What does it cost?",
            "Could you send the contract?",
        ),
        *(
            "Check your spam folder",
            "Call me tomorrow",
            "weekend works best",
            "Is this still available?",
        ),
        *("I start next week", "help me choose", "That never ends well", "Removed"),
    ),
    "es": (
        *(
            "¿Cuánto cuesta?",
            "Gracias, hablamos mañana",
            "¿Pueden parar en mi casa a las cinco?",
            "Para mí está bien",
        ),
        *(
            "Al fin y al cabo sí",
            "No me mandaste el contrato",
            "no gracias",
            "Quiero cancelar la cita del viernes",
        ),
    ),
    "fr": (
        *(
            "Combien ça coûte ?",
            "Oui merci",
            "À la fin du mois",
            "Je m'arrête chez vous demain",
            "non merci",
        ),
        *(
            "L'arrêt de bus est en face",
            "Je veux annuler mon rendez-vous de vendredi",
            "J'arrête de fumer",
        ),
    ),
    "de": (
        *(
            "Was kostet das?",
            "Ja gerne",
            "Am Ende des Monats",
            "Ich muss mein Auto abmelden",
            "Nein danke",
        ),
        *(
            "Hören Sie bitte nicht auf damit",
            "Ich kann den Termin leider nicht halten",
            "Wann passt es Ihnen?",
        ),
    ),
    "it": (
        *(
            "Quanto costa?",
            "Sì grazie",
            "Alla fine del mese",
            "Vorrei annullare l'appuntamento di venerdì",
        ),
        *("No grazie", "Mi fermo da voi domani", "Va bene lunedì", "Bene, a presto"),
    ),
    "pt": (
        *(
            "Quanto custa?",
            "Sim, obrigado",
            "No fim do mês",
            "O trem chega às cinco",
            "Não obrigado",
        ),
        *(
            "Quero cancelar a consulta de sexta",
            "Vou sair agora, ligo depois",
            "Pode parar na minha casa?",
        ),
    ),
    "nl": (
        *(
            "Wat kost het?",
            "Ja graag",
            "Aan het einde van de maand",
            "Ik wil graag meer weten",
            "Nee bedankt",
        ),
        *("Kunnen we de afspraak verzetten?", "Ik ben gestopt met roken", "Bel me morgen"),
    ),
    "pl": (
        *(
            "Ile to kosztuje?",
            "Tak, proszę",
            "Na koniec miesiąca",
            "Proszę zadzwonić jutro",
            "Nie, dziękuję",
        ),
        *("Muszę odwołać wizytę w piątek", "nie chcę teraz rozmawiać", "Dość dobrze, dziękuję"),
    ),
    "sv": (
        *("Vad kostar det?", "Ja tack", "I slutet av månaden", "Ring mig imorgon", "Nej tack"),
        *("Kan vi boka om fredagens tid?", "Jag slutar klockan fem", "Det låter bra"),
    ),
    "tr": (
        *("Ne kadar?", "Evet lütfen", "Ay sonunda olur", "Yarın beni arayın", "Hayır teşekkürler"),
        *("Cuma randevumu iptal etmek zorundayım", "Durum nedir?", "Son fiyat bu mu?"),
    ),
    "ru": (
        *("Сколько стоит?", "Да, пожалуйста", "В конце месяца", "Позвоните завтра", "Нет, спасибо"),
        *("Нужно отменить встречу в пятницу", "Напишите цену, пожалуйста", "Хорошо, договорились"),
    ),
    "zh": (
        *("多少钱?", "好的谢谢", "月底可以", "明天打电话给我", "不用了谢谢"),
        *("我想取消星期五的预约", "不要发票", "可以寄合同吗"),
    ),
}
