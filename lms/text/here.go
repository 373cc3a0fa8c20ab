package text

// Here words stand on the pages on which people check in at their site.
type Here struct {
	Title, Intro, Field, Button, Wrong, Busy, Which string
	// Place is the label of the centre, Webinar of the webinar, Person of the name, Since of the time.
	Place, Webinar, Person, Since          string
	IAmHere, SomebodyElse, Name, NameHelp  string
	NameNeeded, HaveAccount, SignIn        string
	OverTitle, Over, Scan, Full            string
	Done, DoneNote, Left, LeftNote         string
	Leave, Back, OtherPhone, StillByDevice string
	// Of in-person days, at which people check in by their account.
	Day, DayNote, AccountNeeded, Leads, SaidAbsent, ToProgrammes string
}

var here = map[string]Here{
	"en": {
		Title: "Check in", Intro: "Type the six digits that your centre’s screen shows.", Field: "Six digits", Button: "Go on",
		Wrong: "No centre shows this code now. It changes each minute: look at the screen and type the newest, or scan the QR code.",
		Busy:  "Too many wrong codes. Please wait a minute, or scan the QR code: that always works.",
		Which: "Where are you?", Place: "Centre", Webinar: "Webinar", Person: "Name", Since: "Since",
		IAmHere: "I am here", SomebodyElse: "I am somebody else", Name: "Your name", NameHelp: "Given name and family name, as on the list.",
		NameNeeded: "Write your name.", HaveAccount: "You have an account here?", SignIn: "Sign in, then it is one tap",
		OverTitle: "This page has grown too old", Over: "Look at your centre’s screen, and scan the code again or type the newest digits.", Scan: "Type the digits",
		Full: "The list is full. Tell your facilitator.",
		Done: "You are checked in", DoneNote: "Your time at this webinar is being counted. You may close this page.",
		Left: "You have left", LeftNote: "Your time until you left is counted.", Leave: "I am leaving", Back: "I am here again",
		OtherPhone: "Check in somebody else on this phone", StillByDevice: "You were checked in by another phone. Leave there, or tell your facilitator.",
		Day: "In-person day", DayNote: "It counts for your programme. You may close this page.", AccountNeeded: "At this day people check in with their own account. Without one, tell whoever leads the day: they tick you.",
		Leads: "You lead this day yourself: somebody else has to tick you.", SaidAbsent: "Somebody wrote that you are not here. Please speak with them.", ToProgrammes: "My programmes",
	},
	"ru": {
		Title: "Отметиться", Intro: "Введите шесть цифр с экрана вашего центра.", Field: "Шесть цифр", Button: "Дальше",
		Wrong: "Сейчас ни один центр не показывает такой код. Он меняется каждую минуту: посмотрите на экран и введите новый или наведите камеру на QR-код.",
		Busy:  "Слишком много неверных кодов. Подождите минуту или наведите камеру на QR-код: он работает всегда.",
		Which: "Где вы?", Place: "Центр", Webinar: "Вебинар", Person: "Имя", Since: "С какого времени",
		IAmHere: "Я здесь", SomebodyElse: "Это не я", Name: "Ваше имя", NameHelp: "Имя и фамилия, как в списке.",
		NameNeeded: "Напишите своё имя.", HaveAccount: "У вас есть учётная запись?", SignIn: "Войдите, и хватит одного нажатия",
		OverTitle: "Страница устарела", Over: "Посмотрите на экран центра и наведите камеру на код ещё раз или введите новые цифры.", Scan: "Ввести цифры",
		Full: "Список заполнен. Скажите об этом ведущему в центре.",
		Done: "Вы отмечены", DoneNote: "Ваше время на вебинаре учитывается. Страницу можно закрыть.",
		Left: "Вы ушли", LeftNote: "Время до вашего ухода учтено.", Leave: "Я ухожу", Back: "Я снова здесь",
		OtherPhone: "Отметить ещё кого-то с этого телефона", StillByDevice: "Вы отмечены с другого телефона. Отметьте уход там или скажите ведущему.",
		Day: "Очный день", DayNote: "Это засчитывается в вашу программу. Страницу можно закрыть.", AccountNeeded: "На этом дне отмечаются под своей учётной записью. Если её нет, скажите ведущему: он отметит вас.",
		Leads: "Вы сами ведёте этот день: вас должен отметить кто-то другой.", SaidAbsent: "Кто-то записал, что вас здесь нет. Пожалуйста, поговорите с ним.", ToProgrammes: "Мои программы",
	},
	"sk": {
		Title: "Prihlásiť prítomnosť", Intro: "Zadajte šesť číslic z obrazovky vášho centra.", Field: "Šesť číslic", Button: "Ďalej",
		Wrong: "Tento kód teraz neukazuje žiadne centrum. Mení sa každú minútu: pozrite na obrazovku a zadajte najnovší, alebo naskenujte QR kód.",
		Busy:  "Príliš veľa nesprávnych kódov. Počkajte minútu, alebo naskenujte QR kód: ten funguje vždy.",
		Which: "Kde ste?", Place: "Centrum", Webinar: "Webinár", Person: "Meno", Since: "Od",
		IAmHere: "Som tu", SomebodyElse: "Som niekto iný", Name: "Vaše meno", NameHelp: "Meno a priezvisko ako v zozname.",
		NameNeeded: "Napíšte svoje meno.", HaveAccount: "Máte tu účet?", SignIn: "Prihláste sa a stačí jedno ťuknutie",
		OverTitle: "Stránka je už príliš stará", Over: "Pozrite na obrazovku centra a naskenujte kód znova alebo zadajte najnovšie číslice.", Scan: "Zadať číslice",
		Full: "Zoznam je plný. Povedzte to facilitátorovi.",
		Done: "Vaša prítomnosť je zapísaná", DoneNote: "Váš čas na webinári sa počíta. Stránku môžete zavrieť.",
		Left: "Odišli ste", LeftNote: "Čas do vášho odchodu je započítaný.", Leave: "Odchádzam", Back: "Som tu znova",
		OtherPhone: "Zapísať niekoho ďalšieho z tohto telefónu", StillByDevice: "Zapísali ste sa z iného telefónu. Odhláste sa tam, alebo to povedzte facilitátorovi.",
		Day: "Deň naživo", DayNote: "Počíta sa do vášho programu. Stránku môžete zavrieť.", AccountNeeded: "Na tomto dni sa ľudia prihlasujú vlastným účtom. Ak ho nemáte, povedzte to vedúcemu dňa: označí vás.",
		Leads: "Tento deň vediete vy: musí vás označiť niekto iný.", SaidAbsent: "Niekto zapísal, že tu nie ste. Porozprávajte sa s ním.", ToProgrammes: "Moje programy",
	},
	"kk": {
		Title: "Белгілену", Intro: "Орталық экранындағы алты санды теріңіз.", Field: "Алты сан", Button: "Әрі қарай",
		Wrong: "Қазір бірде-бір орталық бұл кодты көрсетіп тұрған жоқ. Ол минут сайын өзгереді: экранға қарап, жаңасын теріңіз немесе камераны QR-кодқа бағыттаңыз.",
		Busy:  "Қате код тым көп. Бір минут күтіңіз немесе камераны QR-кодқа бағыттаңыз: ол әрдайым істейді.",
		Which: "Сіз қайдасыз?", Place: "Орталық", Webinar: "Вебинар", Person: "Аты-жөні", Since: "Қай уақыттан",
		IAmHere: "Мен осындамын", SomebodyElse: "Мен басқа адаммын", Name: "Атыңыз", NameHelp: "Тізімдегідей аты мен тегі.",
		NameNeeded: "Атыңызды жазыңыз.", HaveAccount: "Тіркелгіңіз бар ма?", SignIn: "Кіріңіз, сонда бір рет басу жеткілікті",
		OverTitle: "Бұл бет ескірді", Over: "Орталық экранына қараңыз да, кодты қайта сканерлеңіз немесе жаңа сандарды теріңіз.", Scan: "Сандарды теру",
		Full: "Тізім толды. Орталықтағы жүргізушіге айтыңыз.",
		Done: "Сіз белгілендіңіз", DoneNote: "Вебинардағы уақытыңыз есептеліп жатыр. Бетті жабуға болады.",
		Left: "Сіз кеттіңіз", LeftNote: "Кеткенге дейінгі уақытыңыз есептелді.", Leave: "Мен кетемін", Back: "Мен қайта келдім",
		OtherPhone: "Осы телефоннан басқа адамды белгілеу", StillByDevice: "Сіз басқа телефоннан белгіленгенсіз. Сол жерден белгілеңіз немесе жүргізушіге айтыңыз.",
		Day: "Бетпе-бет күн", DayNote: "Бұл бағдарламаңызға есептеледі. Бетті жабуға болады.", AccountNeeded: "Бұл күні адамдар өз тіркелгісімен белгіленеді. Тіркелгіңіз болмаса, жүргізушіге айтыңыз: ол сізді белгілейді.",
		Leads: "Бұл күнді өзіңіз жүргізесіз: сізді басқа біреу белгілеуі керек.", SaidAbsent: "Біреу сізді осында жоқ деп жазған. Онымен сөйлесіңіз.", ToProgrammes: "Менің бағдарламаларым",
	},
	"tg": {
		Title: "Қайди ҳузур", Intro: "Шаш рақамро аз экрани маркази худ нависед.", Field: "Шаш рақам", Button: "Давом",
		Wrong: "Ҳоло ягон марказ чунин рамзро нишон намедиҳад. Он ҳар дақиқа иваз мешавад: ба экран нигаред ва рақами навро нависед ё камераро ба рамзи QR гиред.",
		Busy:  "Рамзҳои нодуруст хеле зиёданд. Як дақиқа интизор шавед ё камераро ба рамзи QR гиред: он ҳамеша кор мекунад.",
		Which: "Шумо дар куҷоед?", Place: "Марказ", Webinar: "Вебинар", Person: "Ном", Since: "Аз соати",
		IAmHere: "Ман дар ин ҷоям", SomebodyElse: "Ман каси дигар ҳастам", Name: "Номи шумо", NameHelp: "Ном ва насаб, чунон ки дар рӯйхат аст.",
		NameNeeded: "Номи худро нависед.", HaveAccount: "Шумо ҳисоб доред?", SignIn: "Ворид шавед, баъд як пахш кифоя аст",
		OverTitle: "Ин саҳифа куҳна шуд", Over: "Ба экрани марказ нигаред ва рамзро аз нав гиред ё рақамҳои навро нависед.", Scan: "Навиштани рақамҳо",
		Full: "Рӯйхат пур аст. Ба роҳбалади марказ гӯед.",
		Done: "Ҳузури шумо қайд шуд", DoneNote: "Вақти шумо дар вебинар ҳисоб мешавад. Саҳифаро пӯшидан мумкин аст.",
		Left: "Шумо рафтед", LeftNote: "Вақт то рафтани шумо ҳисоб шуд.", Leave: "Ман меравам", Back: "Ман боз дар ин ҷоям",
		OtherPhone: "Каси дигарро аз ин телефон қайд кардан", StillByDevice: "Шумо аз телефони дигар қайд шудаед. Рафтанро дар он ҷо қайд кунед ё ба роҳбалад гӯед.",
		Day: "Рӯзи ҳузурӣ", DayNote: "Ин ба барномаи шумо ҳисоб мешавад. Саҳифаро пӯшидан мумкин аст.", AccountNeeded: "Дар ин рӯз одамон бо ҳисоби худ қайд мешаванд. Агар ҳисоб надошта бошед, ба роҳбалад гӯед: ӯ шуморо қайд мекунад.",
		Leads: "Ин рӯзро худи шумо мебаред: шуморо бояд каси дигар қайд кунад.", SaidAbsent: "Касе навиштааст, ки шумо дар ин ҷо нестед. Бо ӯ гап занед.", ToProgrammes: "Барномаҳои ман",
	},
	"ky": {
		Title: "Катталуу", Intro: "Борбордун экранындагы алты санды жазыңыз.", Field: "Алты сан", Button: "Андан ары",
		Wrong: "Азыр бир да борбор мындай кодду көрсөтүп турган жок. Ал мүнөт сайын өзгөрөт: экранды карап, жаңысын жазыңыз же камераны QR-кодго кармаңыз.",
		Busy:  "Ката код өтө көп. Бир мүнөт күтүңүз же камераны QR-кодго кармаңыз: ал дайыма иштейт.",
		Which: "Сиз кайдасыз?", Place: "Борбор", Webinar: "Вебинар", Person: "Аты-жөнү", Since: "Качантан бери",
		IAmHere: "Мен ушул жердемин", SomebodyElse: "Мен башка адаммын", Name: "Атыңыз", NameHelp: "Тизмедегидей аты жана фамилиясы.",
		NameNeeded: "Атыңызды жазыңыз.", HaveAccount: "Каттоо жазууңуз барбы?", SignIn: "Кириңиз, анда бир басуу жетиштүү",
		OverTitle: "Бул барак эскирди", Over: "Борбордун экранын карап, кодду кайра сканерлеңиз же жаңы сандарды жазыңыз.", Scan: "Сандарды жазуу",
		Full: "Тизме толду. Борбордогу алып баруучуга айтыңыз.",
		Done: "Сиз катталдыңыз", DoneNote: "Вебинардагы убактыңыз эсептелүүдө. Баракты жапсаңыз болот.",
		Left: "Сиз кеттиңиз", LeftNote: "Кеткенге чейинки убактыңыз эсептелди.", Leave: "Мен кетем", Back: "Мен кайра келдим",
		OtherPhone: "Ушул телефондон башка адамды каттоо", StillByDevice: "Сиз башка телефондон катталгансыз. Кеткениңизди ошол жерден белгилеңиз же алып баруучуга айтыңыз.",
		Day: "Бетме-бет күн", DayNote: "Бул программаңызга эсептелет. Бетти жапсаңыз болот.", AccountNeeded: "Бул күнү адамдар өз каттоосу менен белгиленет. Каттооңуз жок болсо, алып баруучуга айтыңыз: ал сизди белгилейт.",
		Leads: "Бул күндү өзүңүз алып барасыз: сизди башка бирөө белгилеши керек.", SaidAbsent: "Бирөө сизди бул жерде жок деп жазган. Аны менен сүйлөшүңүз.", ToProgrammes: "Менин программаларым",
	},
}
