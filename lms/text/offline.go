package text

// Offline words stand on the page that checks certificates without a network. In ListAge, {date} and {days} are filled in.
type Offline struct {
	Title, Intro, Field, File, Button          string
	Genuine, Forged, UnknownKey, NotRead       string
	OtherForm, ListAge, TooOld, Save, SaveHint string
	For, Link                                  string
}

var offlines = map[string]Offline{
	"en": {
		Title: "Check a certificate without a network",
		Intro: "This page holds all that it needs: the issuer's public keys and the list of what no longer stands. Nothing that you check leaves your device.",
		Field: "What the code on the paper holds, or a credential (.jwt, .json)", File: "Or choose the file", Button: "Check",
		Genuine: "The signature fits: it was issued so and nothing in it was changed.", Forged: "Not genuine: the signature does not fit what is written. Do not rely on it.",
		UnknownKey: "Signed with a key that is not known here. Get this page anew, or do not rely on it.",
		NotRead:    "This cannot be read as a certificate. Copy the whole text, or the whole address from the code.",
		OtherForm:  "This is not in the form in which we issue credentials, so it cannot be checked here.",
		ListAge:    "What has been suspended or revoked is as of {date}, {days} days ago.", TooOld: "The list is old: get this page anew when you have a network.",
		Save: "Save this page", SaveHint: "The saved file works without a network, on any device with a browser.", For: "For", Link: "Check without a network",
	},
	"ru": {
		Title: "Проверить сертификат без сети",
		Intro: "На этой странице есть всё нужное: открытые ключи того, кто выдал, и список того, что больше не действует. То, что вы проверяете, не покидает вашего устройства.",
		Field: "Что содержит код на бумаге, или файл сертификата (.jwt, .json)", File: "Или выберите файл", Button: "Проверить",
		Genuine: "Подпись сходится: так он и был выдан, ничего не изменено.", Forged: "Не подлинный: подпись не соответствует написанному. Не полагайтесь на него.",
		UnknownKey: "Подписано ключом, который здесь неизвестен. Загрузите страницу заново или не полагайтесь на документ.",
		NotRead:    "Это не читается как сертификат. Скопируйте весь текст или весь адрес из кода.",
		OtherForm:  "Это записано не в том виде, в котором мы выдаём сертификаты, и здесь проверить его нельзя.",
		ListAge:    "Сведения о приостановленных и отозванных — на {date}, дней назад: {days}.", TooOld: "Список устарел: загрузите страницу заново, когда будет сеть.",
		Save: "Сохранить страницу", SaveHint: "Сохранённый файл работает без сети на любом устройстве с браузером.", For: "За что", Link: "Проверить без сети",
	},
	"sk": {
		Title: "Overiť certifikát bez siete",
		Intro: "Táto stránka obsahuje všetko potrebné: verejné kľúče vydavateľa a zoznam toho, čo už neplatí. Nič z toho, čo overujete, neopustí vaše zariadenie.",
		Field: "Obsah kódu z papiera alebo súbor certifikátu (.jwt, .json)", File: "Alebo vyberte súbor", Button: "Overiť",
		Genuine: "Podpis sedí: tak bol vydaný a nič sa v ňom nezmenilo.", Forged: "Nie je pravý: podpis nezodpovedá tomu, čo je napísané. Nespoliehajte sa naň.",
		UnknownKey: "Podpísané kľúčom, ktorý tu nie je známy. Načítajte stránku znova alebo sa na doklad nespoliehajte.",
		NotRead:    "Toto sa nedá prečítať ako certifikát. Skopírujte celý text alebo celú adresu z kódu.",
		OtherForm:  "Toto nemá podobu, v akej certifikáty vydávame, preto sa tu nedá overiť.",
		ListAge:    "Pozastavené a odvolané sú uvedené k {date}, počet dní odvtedy: {days}.", TooOld: "Zoznam je starý: načítajte stránku znova, keď budete mať sieť.",
		Save: "Uložiť stránku", SaveHint: "Uložený súbor funguje bez siete na každom zariadení s prehliadačom.", For: "Za čo", Link: "Overiť bez siete",
	},
	"kk": {
		Title: "Сертификатты желісіз тексеру",
		Intro: "Бұл бетте қажеттінің бәрі бар: берушінің ашық кілттері және күші жойылғандардың тізімі. Тексеретініңіз құрылғыңыздан шықпайды.",
		Field: "Қағаздағы кодтың мазмұны немесе сертификат файлы (.jwt, .json)", File: "Немесе файлды таңдаңыз", Button: "Тексеру",
		Genuine: "Қолтаңба сәйкес: ол осылай берілген, ештеңе өзгертілмеген.", Forged: "Түпнұсқа емес: қолтаңба жазылғанға сәйкес келмейді. Оған сенбеңіз.",
		UnknownKey: "Мұнда белгісіз кілтпен қол қойылған. Бетті қайта жүктеңіз немесе құжатқа сенбеңіз.",
		NotRead:    "Бұл сертификат ретінде оқылмайды. Мәтінді немесе кодтағы мекенжайды толық көшіріңіз.",
		OtherForm:  "Бұл біз сертификат беретін түрде жазылмаған, сондықтан оны мұнда тексеру мүмкін емес.",
		ListAge:    "Тоқтатылғандар мен күші жойылғандар {date} күнгі жағдай бойынша, содан бергі күн саны: {days}.", TooOld: "Тізім ескірген: желі болғанда бетті қайта жүктеңіз.",
		Save: "Бетті сақтау", SaveHint: "Сақталған файл браузері бар кез келген құрылғыда желісіз жұмыс істейді.", For: "Не үшін", Link: "Желісіз тексеру",
	},
	"tg": {
		Title: "Санҷиши сертификат бе шабака",
		Intro: "Дар ин саҳифа ҳамаи зарурӣ ҳаст: калидҳои кушоди диҳанда ва рӯйхати он чи дигар эътибор надорад. Он чи месанҷед, аз дастгоҳи шумо берун намеравад.",
		Field: "Мазмуни рамзи рӯи коғаз ё файли сертификат (.jwt, .json)", File: "Ё файлро интихоб кунед", Button: "Санҷидан",
		Genuine: "Имзо мувофиқ аст: он ҳамин тавр дода шудааст ва чизе тағйир наёфтааст.", Forged: "Аслӣ нест: имзо ба навишта мувофиқ нест. Ба он такя накунед.",
		UnknownKey: "Бо калиде имзо шудааст, ки дар ин ҷо маълум нест. Саҳифаро аз нав бор кунед ё ба ҳуҷҷат такя накунед.",
		NotRead:    "Инро ҳамчун сертификат хондан мумкин нест. Тамоми матн ё тамоми суроғаи рамзро нусха гиред.",
		OtherForm:  "Ин на дар шаклест, ки мо сертификат медиҳем, бинобар ин дар ин ҷо санҷидан мумкин нест.",
		ListAge:    "Маълумот дар бораи боздошташуда ва бекоршуда ба санаи {date}, чанд рӯз пеш: {days}.", TooOld: "Рӯйхат кӯҳна аст: вақте ки шабака бошад, саҳифаро аз нав бор кунед.",
		Save: "Нигоҳ доштани саҳифа", SaveHint: "Файли нигоҳдошта дар ҳар дастгоҳи дорои браузер бе шабака кор мекунад.", For: "Барои чӣ", Link: "Санҷидан бе шабака",
	},
	"ky": {
		Title: "Сертификатты тармаксыз текшерүү",
		Intro: "Бул баракта керектүүнүн баары бар: берүүчүнүн ачык ачкычтары жана күчүн жоготкондордун тизмеси. Текшергениңиз түзмөгүңүздөн чыкпайт.",
		Field: "Кагаздагы коддун мазмуну же сертификаттын файлы (.jwt, .json)", File: "Же файлды тандаңыз", Button: "Текшерүү",
		Genuine: "Кол тамга туура келет: ал ушундай берилген, эч нерсе өзгөртүлгөн эмес.", Forged: "Чыныгы эмес: кол тамга жазылганга туура келбейт. Ага ишенбеңиз.",
		UnknownKey: "Бул жерде белгисиз ачкыч менен кол коюлган. Баракты кайра жүктөңүз же документке ишенбеңиз.",
		NotRead:    "Муну сертификат катары окууга болбойт. Текстти же коддогу даректи толугу менен көчүрүңүз.",
		OtherForm:  "Бул биз сертификат берген түрдө жазылган эмес, ошондуктан аны бул жерде текшерүүгө болбойт.",
		ListAge:    "Токтотулгандар жана күчү жоюлгандар {date} карата, ошондон бери өткөн күн: {days}.", TooOld: "Тизме эскирген: тармак болгондо баракты кайра жүктөңүз.",
		Save: "Баракты сактоо", SaveHint: "Сакталган файл браузери бар ар бир түзмөктө тармаксыз иштейт.", For: "Эмне үчүн", Link: "Тармаксыз текшерүү",
	},
}
