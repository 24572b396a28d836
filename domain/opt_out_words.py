"""Which words and sentences withdraw consent, in twelve languages? Data alone; `domain.opt_out` reads texts by it.

The law's words (47 CFR 64.1200(a)(10)), the providers' (Twilio, AWS End User Messaging), the carriers' of Canada
(ARRET), China's 退订 and TD, Turkey's RET; the others are what stop, end, quit, cancel, remove, unsubscribe and "no
more" are in each language. Sentences are what a reasonable person there writes to refuse texts.
"""

from collections.abc import Mapping
from typing import Final

STOP_PHRASES: Final[Mapping[str, str]] = {
    "en": "stop, stop all, stop it, stop now, stop texting, stop messaging, stop sms, end, end all, quit, revoke, "
    "opt out, opt me out, cancel, cancel all, unsubscribe, unsub, remove, remove me",
    "es": "alto, baja, darme de baja, darse de baja, dame de baja, dar de baja, parar, para, pare, paren, cancelar, "
    "cancela, detener, detenganse, no más, basta, desuscribir, desuscribirme, desuscríbeme, no más mensajes, "
    "no más sms, "
    "suspender, eliminarme, elimíname, borrarme, bórrame, quítame, fin, salir, anular, terminar, no molestar",
    "fr": "arrêt, arrete, arrêtez, arrêter, arrett, stopper, désabonner, désabonnement, désabonnez moi, désinscrire, "
    "désinscription, désinscrivez moi, se désabonner, me désabonner, plus de sms, plus de messages, fin, annuler, "
    "résilier, supprimez moi, retirez moi, terminer, quitter",
    "de": "stopp, abmelden, abmeldung, abbestellen, abbestellung, austragen, beenden, aufhören, hör auf, "
    "hören sie auf, "
    "keine sms mehr, keine nachrichten mehr, keine werbung, keine werbung mehr, ende, kündigen, kündigung, löschen, "
    "widerruf, schluss",
    "it": "annulla, annullare, cancella, cancellami, cancellatemi, disiscrivi, disiscrivimi, disiscrizione, disdici, "
    "disdire, disattiva, rimuovi, rimuovimi, rimuovetemi, smettila, smettetela, niente sms, niente messaggi, fermati, "
    "revoca, interrompi",
    "pt": "sair, cancele, descadastrar, descadastre, descadastro, desinscrever, remover, remova, remova me, chega, "
    "não mais, não quero mais mensagens, parem, encerrar, me tire da lista, cancelar inscrição",
    "nl": "afmelden, uitschrijven, stoppen, stopzetten, beëindigen, opzeggen, annuleren, verwijderen, einde, "
    "geen sms meer, geen berichten meer, geen reclame meer, hou op, houd op, schrijf mij uit",
    "pl": "koniec, przestań, przestańcie, rezygnuję, rezygnacja, wypisz, wypisz mnie, wypiszcie mnie, wypisuję się, "
    "anuluj, usuń, usuń mnie, dość, dosyć, cofam zgodę, wycofuję zgodę, nie pisz, nie piszcie, zakończ",
    "sv": "sluta, slut, avsluta, avregistrera, avregistrera mig, avanmäl, avanmäl mig, avböj, avbeställ, "
    "avprenumerera, ta bort mig, inga fler sms, inga fler meddelanden, upphör, säg upp",
    "tr": "dur, durdur, durdurun, iptal, iptal et, iptal edin, ret, reddet, çık, çıkış, sil, beni sil, yeter, bırak, "
    "istemiyorum, mesaj istemiyorum, mesaj atma, mesaj atmayın, abonelikten çık, listeden çıkar, listeden çıkarın",
    "ru": "стоп, отписаться, отписка, отпишите, отпишите меня, отпиши меня, отмена, отменить, хватит, прекратите, "
    "прекрати, прекратить, удалите, удалите меня, отказ, отказываюсь, не пишите, не пиши, остановить, конец, "
    "больше не пишите, отзываю согласие, отключите",
    "zh": "退订, 退訂, 停止, 停, 取消, 取消订阅, 取消訂閱, 拒收, 删除, 刪除, 结束, 結束, 退出, 终止, 終止, 解除, "
    "别发了, 別發了, 不要再发, 不要再發, 不要, 回T退订, td, 退订短信, 退訂簡訊",
}
"""By language, what withdraws consent when it is the whole text."""

ONLY_ALONE: Final = (
    "end, end all, cancel, cancel all, remove, remove me, "
    "alto, baja, parar, para, pare, paren, cancelar, cancela, detener, no más, basta, suspender, fin, salir, anular, "
    "terminar, arrêter, stopper, quitter, annuler, résilier, stoppen, "
    "austragen, beenden, aufhören, ende, kündigen, kündigung, löschen, schluss, keine werbung, widerruf, "
    "annulla, annullare, cancella, disdire, disdici, disattiva, rimuovi, fermati, revoca, interrompi, smettila, "
    "sair, cancele, remover, remova, chega, não mais, encerrar, "
    "stopzetten, beëindigen, opzeggen, annuleren, verwijderen, einde, "
    "koniec, rezygnacja, anuluj, usuń, dość, dosyć, zakończ, "
    "sluta, slut, avsluta, avböj, avbeställ, upphör, "
    "dur, durdur, iptal, iptal et, ret, reddet, çık, çıkış, sil, yeter, bırak, istemiyorum, "
    "отмена, отменить, хватит, удалите, отказ, остановить, конец, отключите, "
    "停止, 停, 取消, 删除, 刪除, 结束, 結束, 退出, 终止, 終止, 解除, 不要, td"
)
"""Of those, what is an ordinary word inside a sentence."""

UNCLEAR_ALONE: Final = (
    "no more, enough, t, ya basta, ya, 🛑, go away, lose my number, assez, ça suffit, genug, jetzt reicht es, "
    "genoeg, wystarczy, räcker, det räcker, достаточно, 够, 夠, take me off, scram"
)
"""What may withdraw consent, or answer a question, when it is the whole text."""

HARMLESS: Final[Mapping[str, str]] = {
    "en": r"""(?:dont|do\ not|never|wont|cant|cannot|couldnt)\ stop
        | stop\ (?:by|in|over|off|at|for|on|along|to|there|here|signs?|lights?|sign|watch|loss|gap|motion)
        | (?:next|first|last|bus|train|tram|pit|rest|one|full|truck|a|the|every|each|final|door|non)\ stops?
        | quit\ (?:smoking|drinking|my|his|her|their|your|the|a|work|working|claim)
        | (?:i|we|he|she|they|just|recently)\ quit | dont\ quit
        | revoke\ (?:the|his|her|access|my\ (?:licen[sc]e|access))
        | dont\ text\ me\ (?:call|email|phone|ring) | dont\ text\ (?:and|while)
        | opt\ out\ of\ (?:the|my)\ (?:insurance|warranty|coverage|plan|tax|benefits?)
        | spam\ (?:folder|filter|box) | (?:in|to|into)\ (?:my\ |the\ |your\ )?(?:junk|spam)
        | not\ (?:a\ )?spam | unsubscribed?\ (?:from|to)\ (?:the\ |your\ )?(?:newsletter|emails?|podcast|channel)
        | (?:dont|do\ not)\ (?:unsubscribe|remove|opt)""",
    "es": r"""alto\ de | de\ baja\ (?:medica|por\ (?:enfermedad|maternidad)) | no\ quiero\ darme\ de\ baja""",
    "fr": r"""(?:sans|l|un|d|prochain|en|mon)\ ?arret(?:\ de\ \w+)? | arret\ (?:de|du|maladie|bus|tram|cardiaque)
        | larret | arrete\ de\ (?:fumer|travailler|boire|rire) | (?:jai|il|elle|on|a|ai)\ arrete | (?:je|j)\ ?arrete
        | marrete""",
    "de": r"""(?:hor|horen\ sie|hort)\ (?:bitte\ )?nicht\ auf | (?:auto|wagen|kfz|kind|fahrzeug|gewerbe)\ abmelden
        | habe\ keine\ nachrichten\ mehr | non\ stopp""",
    "it": r"""senza\ stop | stop\ and\ go""",
    "pt": r"""(?:sem|nao)\ parem? | nao\ parem\ de\ vender""",
    "nl": r"""niet\ stoppen | (?:kind|auto|zoon|dochter)\ (?:afmelden|uitschrijven) | zonder\ stop
        | stop\ met\ (?:roken|werken|drinken|sporten)""",
    "pl": r"""nie\ przestan | bez\ stop""",
    "sv": r"""sluta\ inte | ta\ bort\ mig\ inte""",
    "tr": r"""non\ stop""",
    "ru": r"""не\ прекратите | стоп\ (?:кран|сигнал\w*|лист) | без\ стоп""",
    "zh": r"""不要取消 | 不退订""",
}
"""Idioms in which a word that withdraws consent is an ordinary one."""

START: Final = "start, unstop"
"""What lifts every provider's own block too, so that our list and theirs never disagree."""

HELP: Final = (
    "help, info, aide, ayuda, hilfe, aiuto, ajuda, hulp, pomoc, hjälp, yardım, помощь, 帮助, 幫助"
)
"""HELP and INFO (CTIA), AIDE (Canadian carriers), and that word in the languages above."""

COURTESY: Final = (
    "please pls plz thanks thank you thx ok okay hi hello hey now immediately just kindly sir maam "
    "svp merci bonjour gracias por favor hola bitte danke hallo grazie ciao "
    "obrigado obrigada ola graag bedankt alstublieft proszę dziękuję dzień dobry tack snälla hej vänligen "
    "lütfen teşekkürler merhaba пожалуйста спасибо здравствуйте"
)
"""Words around a refusal that do not change it."""

COURTESY_ZH: Final = "请|請|麻烦|麻煩|谢谢|謝謝|你好|您好|我要|我想|帮我|幫我|给我|給我|了|吧|哦|啊"
"""The same where no blanks divide words."""

SIGNATURES: Final = (
    r"(?:sent\ from\ my\ \w+ | get\ outlook\ for\ \w+ | envoye\ de\ mon\ \w+"
    r" | enviado\ desde\ mi\ \w+)$"
)
"""What a telephone writes under a text by itself."""

AFFIRMATIONS: Final = (
    "y, yes, yeah, yep, yup, ok, okay, sure, sí, si, claro, vale, oui, ouais, d'accord, ja, jawohl, gerne, sim, tak, "
    "evet, tamam, да, хорошо, 是, 是的, 好, 好的"
)
"""What answers a question, although some providers let it lift their own block."""

REFUSALS: Final[Mapping[str, str]] = {
    "en": r"""
      (?:stop|quit|cease) (?:\ (?:all|these|those|the|your|with|sending|me|my|us|texts?|messages?
        |msgs?|sms|texting|messaging|contacting|writing|calling|bothering|spamming|harassing|to
        |this|number|it|spam|phone|subscription))+
    | (?:do\ not|dont|never) (?:\ ever)? \ (?:text|message|contact|write|sms|send)
        (?:\ (?:to|me|us|again|anymore|any|more|ever|texts?|messages?|sms|this|my|number|from|your
        |company))*
    | (?:(?:i|we)\ )? (?:do\ not|dont|no\ longer) \ (?:want|wish|like)
        (?:\ (?:to|be|get|receive|any|more|these|your|texted|contacted|texts?|messages?|sms
        |from|you|anymore|again))* \ (?:texted|contacted|texts|messages|sms) (?:\ (?:from|you|again
        |anymore|any|more))*
    | no\ more (?:\ (?:of|these|your))* \ (?:texts?|messages?|msgs?|sms|texting)
    | no\ (?:texts|texting|sms)
    | unsubscribe (?:\ (?:me|us|from|all|your|this|list|texts|messages|these))+
    | opt\ (?:me|us)?\ ?out (?:\ (?:of|from|all|your|this|these|list|texts|messages))*
    | (?:remove|delete|take) (?:\ (?:me|us|my|this|number|off|from|out|of|your|the))*
        \ (?:list|number|off|database)
    | (?:i|we)\ (?:want|would\ like|wish)\ to\ (?:opt\ out|unsubscribe)
    | (?:(?:i|we)\ )? (?:revoke|withdraw)\ (?:my|our|all)? \ ?consent
    | leave\ (?:me|us)\ alone
    """,
    "es": r"""
      (?:ya\ )? no\ (?:quiero|deseo|queremos)\ (?:recibir\ )? (?:mas\ )? (?:sus\ |estos\ |tus\ )?
        (?:mensajes|sms|textos) (?:\ de\ ustedes|\ suyos|\ mas)?
    | (?:ya\ )? no\ me\ (?:escriban?|escribas|manden?|mandes|envien?|envies|contacten?|contactes|molesten?|molestes)
        (?:\ (?:mas|nada|mensajes|sms|de\ nuevo|nunca))*
    | (?:deja|deje|dejen|para|paren|pare)\ de\ (?:escribirme|mandarme|enviarme|molestarme|contactarme|escribir|mandar
        |enviar) (?:\ (?:mas|mensajes|sms|textos))*
    | (?:borr|elimin|quit)(?:a|e|en|ar|ame|eme|enme)\ (?:mi\ numero|me) (?:\ de\ (?:su|la|esta)\ lista)?
    | (?:quiero|denme|deme|dame|deseo)\ (?:darme\ )? de\ baja
    | (?:revoco|retiro)\ mi\ consentimiento | dejenme\ en\ paz | dejame\ en\ paz
    """,
    "fr": r"""
      (?:je\ )? ne\ (?:veux|souhaite|desire)\ (?:plus|pas)\ (?:recevoir\ )? (?:de\ |vos\ |ces\ |aucun\ )*
        (?:sms|messages|textos)
    | (?:ne\ )? (?:me\ |m|n)? (?:envoyez|envoie|ecrivez|ecris|contactez|contacte|textez)\ (?:plus|pas)
        (?:\ (?:de|rien|sms|messages|textos))*
    | arrete[zr]?\ (?:de\ |d)?(?:mecrire|menvoyer|me\ contacter|envoyer|me\ texter|me\ deranger)
        (?:\ (?:des|de|ces|vos|sms|messages|textos))*
    | (?:supprimez|retirez|enlevez|effacez)\ (?:mon\ numero|moi) (?:\ de\ (?:votre|la|cette)\ liste)?
    | laissez?\ moi\ tranquille | (?:je\ )? (?:retire|revoque)\ mon\ consentement
    """,
    "de": r"""
      (?:ich\ )? (?:will|mochte|wunsche)\ keine\ (?:weiteren\ )? (?:sms|nachrichten|werbung|texte)
        (?:\ (?:mehr|von|ihnen|bekommen|erhalten|empfangen))*
    | keine\ (?:weiteren\ )? (?:sms|nachrichten|werbung|texte)\ mehr (?:\ (?:an|von|mich|ihnen|senden|schicken))*
    | (?:schreib|schreibt|schreiben\ sie|kontaktieren\ sie|texten\ sie|simsen\ sie)\ (?:mir|mich|uns)\ (?:bitte\ )?
        (?:nicht|nie|keine\ \w+)\ (?:mehr|wieder)
    | (?:hor|hort|horen\ sie)\ (?:bitte\ )?auf (?:\ (?:mir|mich|zu|sms|nachrichten|schreiben|schicken|senden|texten
        |damit|belastigen))+
    | (?:losch|entfern|streich)(?:e|en|t|en\ sie|ts)?\ (?:sie\ )?(?:bitte\ )? (?:meine\ (?:nummer|daten)|mich)
        (?:\ aus\ (?:ihrer|der|dem)\ (?:liste|verteiler))?
    | lass(?:t|en\ sie)?\ mich\ in\ ruhe
    | (?:hiermit\ )? (?:ich\ )? widerrufe\ (?:ich\ )? (?:meine|die)\ (?:einwilligung|zustimmung)
    | melden\ sie\ mich\ (?:bitte\ )?ab
    """,
    "it": r"""
      non\ (?:voglio|desidero|vogliamo)\ (?:piu\ )? (?:ricevere\ )? (?:piu\ )? (?:i\ )? (?:vostri\ |altri\ |questi\ )?
        (?:messaggi|sms)
    | non\ (?:scrivetemi|scrivermi|mandatemi|inviatemi|contattatemi|contattarmi|mi\ scrivete|mi\ scriva|mi\ contattate)
        (?:\ (?:piu|messaggi|sms))*
    | smett(?:i|ete|etela|ila)\ di\ (?:scrivermi|mandarmi|inviarmi|contattarmi|scrivere|mandare|disturbarmi)
        (?:\ (?:messaggi|sms))*
    | (?:cancell|rimuov|elimin)(?:a|ate|i|ete|are)\ il\ mio\ numero (?:\ dalla\ (?:vostra\ )?lista)?
    | lasciatemi\ in\ pace | basta\ (?:messaggi|sms) | revoco\ il\ (?:mio\ )?consenso
    | (?:voglio|vorrei)\ (?:disiscrivermi|cancellarmi)
    """,
    "pt": r"""
      nao\ (?:quero|desejo|queremos)\ (?:mais\ )? (?:receber\ )? (?:mais\ )? (?:suas\ |essas\ |estas\ )?
        (?:mensagens|sms)
    | nao\ (?:me\ )? (?:mandem?|enviem?|envie|escrevam?|contatem|contactem|perturbem?|incomodem?)
        (?:\ (?:mais|mensagens|sms|me))+
    | (?:pare|parem|para)\ de\ (?:me\ )? (?:mandar|enviar|escrever|contatar|contactar|incomodar)
        (?:\ (?:me|mensagens|sms))*
    | (?:remova|removam|retire|retirem|apague|apaguem|exclua|excluam)\ (?:o\ )?meu\ (?:numero|contato)
        (?:\ da\ (?:sua\ )?lista)?
    | (?:me\ )? (?:tire|tirem|remova|removam)\ (?:me\ )?da\ (?:sua\ )?lista | me\ deix(?:e|em|a)\ em\ paz
    | (?:chega|basta)\ de\ (?:mensagens|sms) | (?:retiro|revogo)\ (?:o\ )?meu\ consentimento
    """,
    "nl": r"""
      (?:ik\ )? wil (?:\ graag)?\ geen\ (?:sms|smsjes|berichten|berichtjes|reclame)
        (?:\ (?:meer|ontvangen|van|jullie|u))*
    | geen\ (?:sms|smsjes|berichten|reclame)\ meer (?:\ (?:sturen|aub|a\ u\ b))*
    | (?:stop|stoppen|hou\ op|houd\ op)\ met\ (?:(?:mij|me|het|te)\ )* (?:sms|smsen|berichten|sturen|appen|storen)
        (?:\ (?:te|sturen))*
    | (?:stuur|sms|app|schrijf|contacteer)\ (?:mij|me)\ (?:niet|geen\ \w+)\ meer
    | (?:verwijder|haal|schrap)\ (?:mijn\ nummer|mij|me)\ (?:van|uit)\ (?:de|jullie|uw)\ lijst
    | verwijder\ mijn\ nummer | laat\ me\ met\ rust | ik\ trek\ mijn\ toestemming\ in
    | schrijf\ (?:mij|me)\ (?:aub\ )?uit | meld\ (?:mij|me)\ af
    """,
    "pl": r"""
      (?:prosze\ )? nie\ (?:pisz|piszcie|pisac|wysylaj|wysylajcie|wysylac)
        (?:\ (?:do|mnie|mi|wiecej|juz|sms|smsow|wiadomosci|zadnych))+
    | (?:ja\ )? nie\ (?:chce|chcemy|zycze\ sobie)\ (?:(?:juz|wiecej|dostawac|otrzymywac|zadnych|tych|waszych)\ ){0,5}
        (?:smsow|smsy|sms|wiadomosci)
    | przestan(?:cie)?\ (?:(?:do\ mnie|mi)\ )? (?:pisac|wysylac|smsowac) (?:\ (?:do|mnie|mi|sms|smsy|wiadomosci))*
    | (?:usun|usuncie|wykresl|wykreslcie|skasuj|skasujcie)\ (?:moj\ numer|mnie) (?:\ z\ (?:listy|bazy|waszej\ bazy))?
    | (?:cofam|wycofuje|odwoluje)\ (?:swoja\ |moja\ )?zgode | (?:daj|dajcie)\ mi\ (?:swiety\ )?spokoj
    | prosze\ (?:mnie\ )?(?:wypisac|usunac)(?:\ mnie)?
    """,
    "sv": r"""
      (?:jag\ )? vill\ inte\ (?:langre\ )? (?:ha|fa)\ (?:fler\ |nagra\ |mer\ |era\ |dessa\ )? (?:sms|meddelanden)
    | inga\ (?:fler|mer)\ (?:sms|meddelanden|texter)
    | sluta\ (?:att\ )?(?:smsa|skicka|messa|skriva|kontakta|stora) (?:\ (?:till|mig|sms|meddelanden|mer))*
    | (?:smsa|skriv|skicka|kontakta|messa) (?:\ till)?(?:\ mig)?\ (?:inte|inga)
        (?:\ (?:sms|meddelanden|mer|mig|igen|fler|langre))+
    | ta\ bort\ (?:mig|mitt\ nummer) (?:\ fran\ (?:listan|er\ lista))? | lamna\ mig\ i\ fred
    | (?:jag\ )? (?:aterkallar|drar\ tillbaka)\ mitt\ samtycke | avregistrera\ (?:mig|mitt\ nummer)
    """,
    "tr": r"""
      (?:(?:bana|artik|lutfen|bir\ daha)\ )* (?:mesaj|sms|kisa\ mesaj)
        \ (?:atma|atmayin|gonderme|gondermeyin|gondermeyiniz|yollama|yollamayin|istemiyorum|almak\ istemiyorum)
        (?:\ (?:artik|lutfen|bir\ daha))*
    | bana\ (?:bir\ daha\ |artik\ )? (?:yazma|yazmayin|ulasmayin)
    | (?:beni|numarami) (?:\ (?:listeden|listenizden|sisteminizden))? \ (?:cikar|cikarin|cikartin|silin|sil)
    | abonelik\w*\ (?:iptal|cik)\w* (?:\ (?:et|edin|etmek|istiyorum))* | beni\ rahat\ birak\w* | rahatsiz\ etmeyin
    | (?:onayimi|iznimi)\ (?:geri\ )?(?:aliyorum|cekiyorum|iptal\ ediyorum)
    """,
    "ru": r"""
      (?:больше\ )? не\ (?:пишите|пиши|присылайте|присылай|отправляйте|шлите|беспокойте)
        (?:\ (?:мне|больше|сюда|смс|сообщения|сообщений|никогда))*
    | (?:я\ )? (?:больше\ )? не\ (?:хочу|хотим|желаю)\ (?:больше\ )? (?:получать\ )? (?:больше\ )?
        (?:(?:ваши|эти|никаких|от\ вас)\ )* (?:смс|сообщения|сообщений|рассылку|рассылки)
    | (?:прекратите|прекрати|хватит|перестаньте|перестань)\ (?:мне\ )? (?:писать|слать|присылать|спамить|отправлять
        |рассылку) (?:\ (?:мне|смс|сообщения|сюда))*
    | (?:удалите|удали|уберите|сотрите|вычеркните)\ (?:меня|мой\ номер) (?:\ из\ (?:базы|списка|рассылки))?
    | отпишите\ меня (?:\ от\ рассылки)? | оставьте\ меня\ в\ покое | отзываю\ (?:свое\ |мое\ )?согласие
    """,
    "zh": r"""
      (?:不要|别|別|勿|停止)再?(?:给我|給我|向我)?(?:发(?!票|现|生)|發(?!票|現|生)|打扰|打擾|骚扰|騷擾|联系我|聯繫我)
        (?:送)?(?:短信|信息|消息|简讯|簡訊|给我|給我)*
    | 不想再?(?:收到|接收)(?:你们的|你們的|任何)?(?:短信|信息|消息|简讯|簡訊)
    | (?:取消|退出)(?:订阅|訂閱|短信|简讯|簡訊)
    | 把我(?:的号码|的號碼)?(?:从|從)?(?:名单|名單)?(?:中|里|裡)?(?:删除|刪除|移除)
    | (?:撤回|撤销|撤銷)(?:我的)?同意
    """,
}
"""Sentences that refuse texts when they are the whole text, as joined words without accents."""

IN_A_SENTENCE: Final = r"""
      (?:do\ not|dont|never)\ (?:ever\ )? (?:text|message|contact|sms|write\ to)\ (?:me|us|this\ number|again|anymore)
    | (?:do\ not|dont)\ (?:send|write)\ (?:me|us)\ (?:any\ ?more|texts?|messages?|any|more|these|sms)
    | (?:do\ not|dont|no\ longer)\ (?:want|wish|like)\ (?:to\ (?:be|get|receive)\ )?
        (?:(?:any|more|these|your)\ ){0,3}
        (?:texted|contacted|texts|messages|sms|text\ messages)
    | no\ more\ (?:(?:of|these|your)\ ){0,2} (?:texts?|messages?|msgs?|sms|texting)
    | (?:remove|delete|take)\ (?:me|us|my\ number|this\ number)\ (?:from|off|out)
    | (?:revoke|withdraw)\ (?:my\ |our\ |all\ )?consent | leave\ (?:me|us)\ alone | lose\ (?:my|this)\ number
    | (?:quit|cease)\ (?:texting|messaging|contacting|sending|bothering)
    | why\ (?:are|do|r)\ (?:you|u|yall)\ (?:still\ |keep\ |always\ |even\ )?
        (?:texting|messaging|contacting|text|message)
    | (?:this\ is|is\ this|more|your|such|fucking|damn|reported?\ (?:as|for|this\ as)
        |reporting\ (?:as|this\ as)|its|just)\ spam
    | spamm(?:ing|er|ers) | harass(?:ing|ment|ed)? | report(?:ing)?\ (?:you|u|this\ number)
    | (?:i\ will|ill|gonna|going\ to)\ sue
    | (?:my|from\ my|an?|our)\ (?:lawyer|attorney)\ will
    | (?:call|contact|contacting|calling)\ (?:my|our|a)\ (?:lawyer|attorney)
    | tcpa | (?:on|to)\ (?:the\ )?do\ not\ (?:call|text|contact)\ (?:list|registry) | fuck\ off | piss\ off | get\ lost
    | (?:i\ )? never\ (?:signed\ up|subscribed|opted\ in|consented|agreed)
"""
"""What may refuse texts inside a longer text: the English sentences without the tails that make them ordinary, and
annoyance at being texted. The other languages' sentences are looked for as they are."""

MISSPELT: Final = "unsubscribe, cancel, revoke, optout, unsub all, desuscribir, désabonner, disiscrivimi, descadastrar"
"""Words of which one wrong letter makes no other word."""

NOT_MISSPELT: Final = "cancer, cancels, revoked, evoke, cancela"
"""What is one letter from them, and a word."""

MISTYPED_STOP: Final = (
    "st0p, 5top, 5t0p, stpo, sotp, tsop, sttop, sstop, stopo, stoppp, dtop, stop1, stoop it"
)
"""STOP as a thumb writes it."""
