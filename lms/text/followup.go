package text

// Followup words are of the questions that are asked some months after a certificate: of those who hold it, and of whom
// they work for.
type Followup struct {
	// Three, Six and Twelve are the line on a person's first page, by months.
	Three, Six, Twelve string
	// About says to a supervisor whom it is about; %[1]s is the name, %[2]s the programme.
	About, Subject string
	// Intro says what becomes of the answers, Why whence the address is known.
	Intro, Why, Answer, Send string
	Thanks, Closed, Missing  string
	Stop, StopText, Stopped  string
	Title, NotFound          string
	// Used and Sure are the questions that a supervisor is asked in other words.
	Used, Sure string
}

var followup = map[string]Followup{
	"en": {
		Three: "Three months later: four short questions", Six: "Six months later: four short questions", Twelve: "A year later: four short questions",
		About: "%[1]s has completed “%[2]s”. What do you see of it at work?", Subject: "Four questions about what was learnt",
		Intro: "Four questions, two minutes. Your answers carry no name, neither yours nor theirs: nobody can see who gave them, also not the person whom they are about. You may leave any of them out.",
		Why:   "You get this because you were named as the supervisor. Your address is used for these questions only, at most three times in a year, and deleted afterwards.", Answer: "Answer", Send: "Send",
		Thanks: "Thank you. Your answers are kept without a name.", Closed: "The time to answer is over.", Missing: "Answer at least one question.",
		Stop: "Do not write to me again", StopText: "The button below deletes your address at once.", Stopped: "Your address is deleted. You will not be asked again.",
		Title:    "What you see of it at work",
		NotFound: "This link leads nowhere any more. It was answered, taken back, or not copied as a whole.",
		Used:     "How often do you see them use what they learnt?", Sure: "Do they act with more certainty in such situations?",
	},
	"ru": {
		Three: "Три месяца спустя: четыре коротких вопроса", Six: "Полгода спустя: четыре коротких вопроса", Twelve: "Год спустя: четыре коротких вопроса",
		About: "%[1]s завершает программу «%[2]s» с сертификатом. Что вы видите от этого в работе?", Subject: "Четыре вопроса о том, что дало обучение",
		Intro: "Четыре вопроса, две минуты. Ответы без имён, вашего и того, о ком они: никто не видит, кто их дал, в том числе сам этот человек. Любой вопрос можно пропустить.",
		Why:   "Вы получили это, потому что вас назвали руководителем. Адрес нужен только для этих вопросов, не больше трёх раз за год, и потом удаляется.", Answer: "Ответить", Send: "Отправить",
		Thanks: "Спасибо. Ваши ответы хранятся без имени.", Closed: "Время для ответа прошло.", Missing: "Ответьте хотя бы на один вопрос.",
		Stop: "Больше мне не писать", StopText: "Кнопка ниже сразу удаляет ваш адрес.", Stopped: "Ваш адрес удалён. Вас больше не спросят.",
		Title:    "Что вы видите в работе",
		NotFound: "Эта ссылка больше никуда не ведёт: на неё ответили, её отозвали или скопировали не целиком.",
		Used:     "Как часто вы видите, что этот человек применяет то, чему научился?", Sure: "Увереннее ли этот человек действует в таких ситуациях?",
	},
	"sk": {
		Three: "Po troch mesiacoch: štyri krátke otázky", Six: "Po pol roku: štyri krátke otázky", Twelve: "Po roku: štyri krátke otázky",
		About: "%[1]s má certifikát z programu „%[2]s“. Čo z toho vidíte v práci?", Subject: "Štyri otázky o tom, čo prinieslo vzdelávanie",
		Intro: "Štyri otázky, dve minúty. Odpovede sú bez mena, vášho aj toho, koho sa týkajú: nikto nevidí, kto ich dal, ani tento človek. Ktorúkoľvek môžete vynechať.",
		Why:   "Dostali ste to, lebo vás uviedli ako nadriadeného. Adresa sa použije len na tieto otázky, najviac trikrát za rok, a potom sa vymaže.", Answer: "Odpovedať", Send: "Odoslať",
		Thanks: "Ďakujeme. Vaše odpovede sa uchovajú bez mena.", Closed: "Čas na odpoveď uplynul.", Missing: "Odpovedzte aspoň na jednu otázku.",
		Stop: "Už mi nepíšte", StopText: "Tlačidlo nižšie vašu adresu hneď vymaže.", Stopped: "Vaša adresa je vymazaná. Už sa vás nebudeme pýtať.",
		Title:    "Čo vidíte v práci",
		NotFound: "Tento odkaz už nikam nevedie. Bol zodpovedaný, stiahnutý alebo nebol skopírovaný celý.",
		Used:     "Ako často vidíte, že tento človek používa, čo sa naučil?", Sure: "Koná tento človek v takých situáciách istejšie?",
	},
	"kk": {
		Three: "Үш айдан кейін: төрт қысқа сұрақ", Six: "Жарты жылдан кейін: төрт қысқа сұрақ", Twelve: "Бір жылдан кейін: төрт қысқа сұрақ",
		About: "%[1]s «%[2]s» бағдарламасының сертификатын алды. Жұмыста оның нәтижесін қалай көріп жүрсіз?", Subject: "Оқу не бергені туралы төрт сұрақ",
		Intro: "Төрт сұрақ, екі минут. Жауаптарда аты жоқ: сіздің де, ол адамның да. Оны кім бергенін ешкім көрмейді, ол адамның өзі де. Кез келгенін қалдырып кетуге болады.",
		Why:   "Сізді басшы ретінде атағандықтан осы хат келді. Мекенжайыңыз тек осы сұрақтар үшін, жылына ең көбі үш рет қолданылады, содан кейін жойылады.", Answer: "Жауап беру", Send: "Жіберу",
		Thanks: "Рақмет. Жауаптарыңыз атсыз сақталады.", Closed: "Жауап беру уақыты өтті.", Missing: "Кемінде бір сұраққа жауап беріңіз.",
		Stop: "Маған енді жазбаңыз", StopText: "Төмендегі түйме мекенжайыңызды бірден жояды.", Stopped: "Мекенжайыңыз жойылды. Сізден енді сұралмайды.",
		Title:    "Жұмыста не көріп жүрсіз",
		NotFound: "Бұл сілтеме енді ешқайда апармайды: оған жауап берілген, ол қайтарып алынған немесе толық көшірілмеген.",
		Used:     "Бұл адамның үйренгенін қолданғанын қаншалықты жиі көресіз?", Sure: "Бұл адам мұндай жағдайда сенімдірек әрекет ете ме?",
	},
	"tg": {
		Three: "Пас аз се моҳ: чор саволи кӯтоҳ", Six: "Пас аз ним сол: чор саволи кӯтоҳ", Twelve: "Пас аз як сол: чор саволи кӯтоҳ",
		About: "%[1]s барномаи «%[2]s»-ро бо сертификат анҷом дод. Шумо дар кор натиҷаи онро чӣ гуна мебинед?", Subject: "Чор савол дар бораи он ки омӯзиш чӣ дод",
		Intro: "Чор савол, ду дақиқа. Ҷавобҳо бе номанд: на номи шумо, на номи он шахс. Ҳеҷ кас намебинад, ки кӣ додааст, ҳатто худи ҳамон шахс. Ҳар кадомро гузаронидан мумкин аст.",
		Why:   "Шумо инро гирифтед, зеро шуморо роҳбар номидаанд. Суроға танҳо барои ин саволҳо, на зиёда аз се бор дар як сол истифода мешавад ва баъд нест карда мешавад.", Answer: "Ҷавоб додан", Send: "Фиристодан",
		Thanks: "Ташаккур. Ҷавобҳои шумо бе ном нигоҳ дошта мешаванд.", Closed: "Вақти ҷавоб гузашт.", Missing: "Ба ҳадди ақал як савол ҷавоб диҳед.",
		Stop: "Дигар ба ман нанависед", StopText: "Тугмаи поён суроғаи шуморо дарҳол нест мекунад.", Stopped: "Суроғаи шумо нест карда шуд. Дигар аз шумо намепурсем.",
		Title:    "Дар кор чӣ мебинед",
		NotFound: "Ин пайванд дигар ба ҷое намебарад: ба он ҷавоб доданд, онро бозпас гирифтанд ё пурра нусха накардаанд.",
		Used:     "Чӣ қадар зуд-зуд мебинед, ки ин шахс омӯхтаашро истифода мебарад?", Sure: "Ин шахс дар чунин вазъият бо боварии бештар амал мекунад?",
	},
	"ky": {
		Three: "Үч айдан кийин: төрт кыска суроо", Six: "Жарым жылдан кийин: төрт кыска суроо", Twelve: "Бир жылдан кийин: төрт кыска суроо",
		About: "%[1]s «%[2]s» программасынын сертификатын алды. Анын жыйынтыгын жумушта кантип көрүп жүрөсүз?", Subject: "Окуу эмне бергени тууралуу төрт суроо",
		Intro: "Төрт суроо, эки мүнөт. Жоопторунда аты жок: сиздин да, ал адамдын да. Ким бергенин эч ким көрбөйт, ал адам өзү да. Каалаганын калтырып кетсе болот.",
		Why:   "Сизди жетекчи деп атагандыктан ушул кат келди. Дарегиңиз ушул суроолор үчүн гана, жылына эң көп үч жолу колдонулат, анан өчүрүлөт.", Answer: "Жооп берүү", Send: "Жөнөтүү",
		Thanks: "Рахмат. Жоопторуңуз атсыз сакталат.", Closed: "Жооп берүү убактысы бүттү.", Missing: "Жок дегенде бир суроого жооп бериңиз.",
		Stop: "Мага мындан ары жазбаңыз", StopText: "Төмөнкү баскыч дарегиңизди дароо өчүрөт.", Stopped: "Дарегиңиз өчүрүлдү. Сизден мындан ары суралбайт.",
		Title:    "Жумушта эмнени көрүп жүрөсүз",
		NotFound: "Бул шилтеме эми эч жакка алып барбайт: ага жооп берилген, ал кайтарып алынган же толук көчүрүлгөн эмес.",
		Used:     "Бул адамдын үйрөнгөнүн колдонгонун канчалык көп көрөсүз?", Sure: "Бул адам мындай кырдаалда ишенимдүүрөөк аракеттенеби?",
	},
}

// FollowupIn gives the words of a language; an unknown language gets the default's.
func FollowupIn(lang string) *Followup {
	w, ok := followup[Primary(lang)]
	if !ok {
		w = followup[Default]
	}
	return &w
}

// Line is what a person's first page says, by months.
func (f *Followup) Line(months int) string {
	switch months {
	case 3:
		return f.Three
	case 6:
		return f.Six
	}
	return f.Twelve
}
