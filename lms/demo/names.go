package demo

import "strings"

// name is a word of a name: as people write it at home, and as their passport has it.
type name struct{ own, latin string }

// naming is how one people names itself.
type naming struct {
	women, men []name
	// families holds a man's form; woman makes the other one of it.
	families []name
	woman    func(name) name
}

// split reads "Айгүл Aigul, Әсел Assel"; a word alone is written alike in both.
func split(list string) []name {
	var out []name
	for _, pair := range strings.Split(list, ",") {
		own, latin, both := strings.Cut(strings.TrimSpace(pair), "=")
		if !both {
			latin = own
		}
		out = append(out, name{own, latin})
	}
	return out
}

// russianWoman makes the woman's form of a surname in -ов, -ев, -ин or -ский; others stay as they are
// (-ко, -зода, foreign names).
func russianWoman(n name) name {
	switch {
	case strings.HasSuffix(n.own, "ский"):
		return name{strings.TrimSuffix(n.own, "ий") + "ая", strings.TrimSuffix(n.latin, "iy") + "aya"}
	case strings.HasSuffix(n.own, "ов"), strings.HasSuffix(n.own, "ев"), strings.HasSuffix(n.own, "ин"):
		return name{n.own + "а", n.latin + "a"}
	}
	return n
}

// kyrgyzWoman knows the old form too: "Асан уулу" is a son, "Асан кызы" a daughter.
func kyrgyzWoman(n name) name {
	if own, ok := strings.CutSuffix(n.own, " уулу"); ok {
		return name{own + " кызы", strings.TrimSuffix(n.latin, " uulu") + " kyzy"}
	}
	return russianWoman(n)
}

// slavicWoman makes Slovak and Czech forms: adjectives in -ý take -á, an e that falls out falls out.
func slavicWoman(n name) name {
	own := n.own
	switch {
	case strings.HasSuffix(own, "ý"):
		own = strings.TrimSuffix(own, "ý") + "á"
	case strings.HasSuffix(own, "ek"):
		own = strings.TrimSuffix(own, "ek") + "ková"
	case strings.HasSuffix(own, "ec"):
		own = strings.TrimSuffix(own, "ec") + "cová"
	case strings.HasSuffix(own, "a"), strings.HasSuffix(own, "o"):
		own = own[:len(own)-1] + "ová"
	default:
		own += "ová"
	}
	return name{own, own}
}

var kazakh = naming{
	women:    split("Айгүл=Aigul, Әсел=Assel, Динара=Dinara, Гүлнар=Gulnar, Жанар=Zhanar, Айнұр=Ainur, Мәдина=Madina, Сәуле=Saule, Ботагөз=Botagoz, Айжан=Aizhan, Меруерт=Meruyert, Анар=Anar, Алия=Aliya, Назым=Nazym, Ұлжан=Ulzhan, Қарлығаш=Karlygash, Шолпан=Sholpan, Гүлмира=Gulmira, Дана=Dana, Әйгерім=Aigerim"),
	men:      split("Нұрлан=Nurlan, Ерлан=Yerlan, Бауыржан=Bauyrzhan, Дәурен=Dauren, Асқар=Askar, Серік=Serik, Мұрат=Murat, Қайрат=Kairat, Талғат=Talgat, Ержан=Yerzhan, Арман=Arman, Данияр=Daniyar, Олжас=Olzhas, Әлібек=Alibek, Жандос=Zhandos, Санжар=Sanzhar, Марат=Marat, Рүстем=Rustem"),
	families: split("Ахметов=Akhmetov, Нұрланов=Nurlanov, Серіков=Serikov, Жұмабаев=Zhumabayev, Оспанов=Ospanov, Қасымов=Kassymov, Ибраев=Ibrayev, Сейітов=Seitov, Тілеуов=Tileuov, Бекенов=Bekenov, Мұқанов=Mukanov, Әбдіров=Abdirov, Қожахметов=Kozhakhmetov, Сұлтанов=Sultanov, Ермеков=Yermekov, Байжанов=Baizhanov, Смағұлов=Smagulov, Тоқтаров=Toktarov, Есенов=Yessenov, Омаров=Omarov, Алдабергенов=Aldabergenov, Кенжебаев=Kenzhebayev, Рахимжанов=Rakhimzhanov, Шәріпов=Sharipov"),
	woman:    russianWoman,
}

var russian = naming{
	women:    split("Анна=Anna, Елена=Elena, Ольга=Olga, Наталья=Natalia, Татьяна=Tatiana, Ирина=Irina, Светлана=Svetlana, Марина=Marina, Екатерина=Ekaterina, Юлия=Iuliia, Мария=Mariia, Алёна=Alena, Вера=Vera, Людмила=Liudmila, Дарья=Daria, Ксения=Kseniia, Галина=Galina, Полина=Polina"),
	men:      split("Алексей=Aleksei, Сергей=Sergei, Дмитрий=Dmitrii, Андрей=Andrei, Иван=Ivan, Михаил=Mikhail, Павел=Pavel, Николай=Nikolai, Олег=Oleg, Виктор=Viktor, Антон=Anton, Артём=Artem, Игорь=Igor, Роман=Roman, Фёдор=Fedor"),
	families: split("Смирнов=Smirnov, Кузнецов=Kuznetsov, Соколов=Sokolov, Попов=Popov, Лебедев=Lebedev, Козлов=Kozlov, Новиков=Novikov, Морозов=Morozov, Волков=Volkov, Зайцев=Zaitsev, Павлов=Pavlov, Семёнов=Semenov, Голубев=Golubev, Виноградов=Vinogradov, Богданов=Bogdanov, Воробьёв=Vorobev, Никитин=Nikitin, Яковлев=Iakovlev, Захаров=Zakharov, Ильин=Ilin, Успенский=Uspenskiy, Белинский=Belinskiy, Шевченко=Shevchenko, Тимофеев=Timofeev"),
	woman:    func(n name) name { return russianWoman(yo(n)) },
}

// yo lets -ёв take its woman's ending like -ев.
func yo(n name) name {
	if strings.HasSuffix(n.own, "ёв") {
		return name{n.own + "а", n.latin + "a"}
	}
	return n
}

var tajik = naming{
	women:    split("Зарина=Zarina, Мадина=Madina, Нилуфар=Nilufar, Гулнора=Gulnora, Шаҳноза=Shahnoza, Фарзона=Farzona, Мавзуна=Mavzuna, Ситора=Sitora, Парвина=Parvina, Дилором=Dilorom, Манижа=Manizha, Ҷамила=Jamila, Саодат=Saodat, Муҳаббат=Muhabbat, Тахмина=Takhmina"),
	men:      split("Фирӯз=Firuz, Рустам=Rustam, Далер=Daler, Ҷамшед=Jamshed, Сӯҳроб=Suhrob, Фаррух=Farrukh, Шариф=Sharif, Баҳром=Bahrom, Искандар=Iskandar, Аброр=Abror, Ҳасан=Hasan, Умед=Umed, Комрон=Komron, Исмоил=Ismoil"),
	families: split("Раҳимов=Rahimov, Саидов=Saidov, Назаров=Nazarov, Шарипов=Sharipov, Холов=Kholov, Каримов=Karimov, Мирзоев=Mirzoev, Ҳакимов=Hakimov, Одинаев=Odinaev, Юсупов=Yusupov, Ғафуров=Gafurov, Бобоев=Boboev, Раҳмонзода=Rahmonzoda, Саидзода=Saidzoda, Ниёзов=Niyozov, Давлатов=Davlatov, Муродов=Murodov, Ҷалилов=Jalilov"),
	woman:    russianWoman,
}

var kyrgyz = naming{
	women:    split("Айпери=Aiperi, Нургүл=Nurgul, Жылдыз=Zhyldyz, Айгерим=Aigerim, Бегимай=Begimai, Чынара=Chynara, Гүлзат=Gulzat, Мээрим=Meerim, Назгүл=Nazgul, Элнура=Elnura, Асель=Asel, Бермет=Bermet, Каныкей=Kanykei, Жаңыл=Zhanyl"),
	men:      split("Бакыт=Bakyt, Азамат=Azamat, Нурбек=Nurbek, Эрлан=Erlan, Улан=Ulan, Талант=Talant, Кубанычбек=Kubanychbek, Айбек=Aibek, Мирлан=Mirlan, Жаныбек=Zhanybek, Тилек=Tilek, Өмүрбек=Omurbek, Чыңгыз=Chyngyz"),
	families: split("Асанов=Asanov, Токтогулов=Toktogulov, Мамытов=Mamytov, Абдыкадыров=Abdykadyrov, Жумабеков=Zhumabekov, Исаков=Isakov, Сыдыков=Sydykov, Бейшеналиев=Beishenaliev, Орозбеков=Orozbekov, Касымалиев=Kasymaliev, Турдубаев=Turdubaev, Кыдыралиев=Kydyraliev, Асан уулу=Asan uulu, Токтобек уулу=Toktobek uulu, Шаршенбек уулу=Sharshenbek uulu"),
	woman:    kyrgyzWoman,
}

var slovak = naming{
	women:    split("Mária, Zuzana, Katarína, Jana, Lucia, Eva, Monika, Ivana, Petra, Veronika, Martina, Soňa, Ľubica, Barbora, Alžbeta, Anna, Helena, Dana, Andrea, Silvia, Daniela, Renáta, Gabriela, Adriana, Viera, Marta, Erika, Denisa, Beáta, Nikola, Simona, Ľudmila, Kristína"),
	men:      split("Ján, Peter, Martin, Tomáš, Michal, Jozef, Marek, Lukáš, Juraj, Miroslav, Ľuboš, Štefan, Andrej, Richard, Pavol, Vladimír, Róbert, Igor, Stanislav, Milan, Ladislav, Dušan, Rastislav, Roman"),
	families: split("Horváth, Kováč, Varga, Tóth, Nagy, Baláž, Molnár, Lukáč, Polák, Hudák, Krajčír, Sedlák, Mikula, Hrubý, Malý, Štefánik, Ďurica, Oravec, Chovanec, Bartoš, Kollár, Gašpar, Novotný, Hlaváč, Kučera, Benko, Hruška, Pavlík, Bielik, Greguš, Mihálik, Rusnák, Vojtek, Zelenka, Šimko, Ondruš, Kubica, Lipták, Klimek, Slobodník, Vrábel, Janík"),
	woman:    slavicWoman,
}

var czech = naming{
	women:    split("Jana, Eva, Tereza, Lenka, Kateřina, Hana, Lucie, Alena, Markéta, Zdeňka, Veronika, Barbora, Kristýna, Jitka"),
	men:      split("Jan, Petr, Tomáš, Jakub, Ondřej, Vojtěch, Jiří, Pavel, Martin, Filip, David, Matěj, Zdeněk"),
	families: split("Novák, Svoboda, Dvořák, Černý, Procházka, Kučera, Veselý, Horák, Němec, Marek, Pospíšil, Hájek, Jelínek, Král, Růžička, Beneš, Fiala, Sedláček, Doležal, Zeman, Kolář"),
	woman:    slavicWoman,
}

// namingOf chooses how somebody of a country is named: most countries are home to several peoples.
func namingOf(c chance, country string) naming {
	switch country {
	case "KZ":
		return []naming{kazakh, russian, kyrgyz}[c.weighted([]float64{0.74, 0.23, 0.03})]
	case "RU":
		return []naming{russian, tajik, kyrgyz, kazakh}[c.weighted([]float64{0.88, 0.05, 0.04, 0.03})]
	case "TJ":
		return []naming{tajik, russian}[c.weighted([]float64{0.95, 0.05})]
	case "SK":
		return []naming{slovak, czech}[c.weighted([]float64{0.94, 0.06})]
	case "CZ":
		return []naming{czech, slovak, russian}[c.weighted([]float64{0.86, 0.08, 0.06})]
	}
	return []naming{kyrgyz, russian}[c.weighted([]float64{0.88, 0.12})]
}

// draw gives a given name and a family name.
func (n naming) draw(c chance, woman bool) (given, family name) {
	family = oneOf(c, n.families)
	if woman {
		return oneOf(c, n.women), n.woman(family)
	}
	return oneOf(c, n.men), family
}
