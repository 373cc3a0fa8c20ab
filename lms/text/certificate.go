package text

import (
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// Life words tell what a certificate is of, and what became of it, on the paper and on the public page.
type Life struct {
	// Achievement and Participation name the document where the issuer did not.
	Achievement, Participation string
	// CompletedProgramme, TookPartProgramme and TookPartCourse stand between the holder and the title.
	CompletedProgramme, TookPartProgramme, TookPartCourse string
	Programme, Document, Since, Replaces                  string
	// FromPaper and PaperNote mark what was entered from a paper of the past; PaperNumber is its own number.
	FromPaper, PaperNote, PaperNumber   string
	RecognisedBy, Everywhere, NotTraced string
}

var lives = map[string]Life{
	"en": {
		Achievement: "Certificate", Participation: "Certificate of participation",
		CompletedProgramme: "has successfully completed the programme", TookPartProgramme: "took part in the programme", TookPartCourse: "took part in the course",
		Programme: "Programme", Document: "Document", Since: "Since", Replaces: "Replaces",
		FromPaper: "Entered from paper", PaperNumber: "Number on the paper",
		PaperNote:    "This certificate was given on paper by the issuer named below and entered here by hand from a scan. It bears no seal of ours: ask the issuer where you need to be certain.",
		RecognisedBy: "Recognised by", Everywhere: "in all countries",
		NotTraced: "What an issuer says of recognition is kept here as it was told; ask the body named where it matters.",
	},
	"ru": {
		Achievement: "Сертификат", Participation: "Сертификат участника",
		CompletedProgramme: "успешно завершил(а) программу", TookPartProgramme: "принял(а) участие в программе", TookPartCourse: "принял(а) участие в курсе",
		Programme: "Программа", Document: "Документ", Since: "С даты", Replaces: "Взамен",
		FromPaper: "Внесён с бумажного документа", PaperNumber: "Номер на документе",
		PaperNote:    "Этот сертификат выдан на бумаге организацией, названной ниже, и внесён сюда вручную со скана. Нашей печати на нём нет: если нужна уверенность, спросите выдавшую организацию.",
		RecognisedBy: "Кем признаётся", Everywhere: "во всех странах",
		NotTraced: "Сведения о признании приведены так, как их сообщили; в важных случаях уточните в названной организации.",
	},
	"sk": {
		Achievement: "Certifikát", Participation: "Potvrdenie o účasti",
		CompletedProgramme: "úspešne absolvoval(a) program", TookPartProgramme: "sa zúčastnil(a) programu", TookPartCourse: "sa zúčastnil(a) kurzu",
		Programme: "Program", Document: "Doklad", Since: "Od", Replaces: "Nahrádza",
		FromPaper: "Zapísané z papiera", PaperNumber: "Číslo na doklade",
		PaperNote:    "Tento certifikát vydal na papieri vydavateľ uvedený nižšie a sem bol zapísaný ručne zo skenu. Nemá našu pečať: ak potrebujete istotu, opýtajte sa vydavateľa.",
		RecognisedBy: "Uznáva", Everywhere: "vo všetkých krajinách",
		NotTraced: "Údaje o uznaní uvádzame tak, ako nám boli oznámené; v dôležitých prípadoch sa opýtajte uvedenej inštitúcie.",
	},
	"kk": {
		Achievement: "Сертификат", Participation: "Қатысушы сертификаты",
		CompletedProgramme: "мына бағдарламаны сәтті аяқтады", TookPartProgramme: "мына бағдарламаға қатысты", TookPartCourse: "мына курсқа қатысты",
		Programme: "Бағдарлама", Document: "Құжат", Since: "Басталған күні", Replaces: "Мынаның орнына",
		FromPaper: "Қағаз құжаттан енгізілген", PaperNumber: "Құжаттағы нөмір",
		PaperNote:    "Бұл сертификатты төменде аталған ұйым қағаз түрінде берген, мұнда ол сканнан қолмен енгізілген. Онда біздің мөріміз жоқ: анық білу қажет болса, берген ұйымнан сұраңыз.",
		RecognisedBy: "Кім таниды", Everywhere: "барлық елдерде",
		NotTraced: "Тану туралы мәлімет бізге хабарланған күйінде берілген; маңызды жағдайда аталған ұйымнан нақтылаңыз.",
	},
	"tg": {
		Achievement: "Сертификат", Participation: "Сертификати иштирок",
		CompletedProgramme: "барномаро бомуваффақият хатм кард", TookPartProgramme: "дар барнома иштирок кард", TookPartCourse: "дар курс иштирок кард",
		Programme: "Барнома", Document: "Ҳуҷҷат", Since: "Аз санаи", Replaces: "Ба ҷойи",
		FromPaper: "Аз ҳуҷҷати коғазӣ ворид шудааст", PaperNumber: "Рақам дар ҳуҷҷат",
		PaperNote:    "Ин сертификатро ташкилоти дар поён номбаршуда дар коғаз додааст ва он аз нусхаи сканшуда дастӣ ворид шудааст. Дар он муҳри мо нест: агар боварӣ лозим бошад, аз ташкилоти додашуда пурсед.",
		RecognisedBy: "Кӣ эътироф мекунад", Everywhere: "дар ҳамаи кишварҳо",
		NotTraced: "Маълумот дар бораи эътироф ҳамон тавре оварда шудааст, ки ба мо хабар доданд; дар ҳолатҳои муҳим аз ташкилоти номбаршуда пурсед.",
	},
	"ky": {
		Achievement: "Сертификат", Participation: "Катышуучунун сертификаты",
		CompletedProgramme: "төмөнкү программаны ийгиликтүү бүтүрдү", TookPartProgramme: "төмөнкү программага катышты", TookPartCourse: "төмөнкү курска катышты",
		Programme: "Программа", Document: "Документ", Since: "Башталган күнү", Replaces: "Мунун ордуна",
		FromPaper: "Кагаз документтен киргизилген", PaperNumber: "Документтеги номер",
		PaperNote:    "Бул сертификатты төмөндө аталган уюм кагаз түрүндө берген, бул жерге ал сканерден кол менен киргизилген. Анда биздин мөөр жок: так билүү керек болсо, берген уюмдан сураңыз.",
		RecognisedBy: "Ким тааныйт", Everywhere: "бардык өлкөлөрдө",
		NotTraced: "Таануу тууралуу маалымат бизге кандай билдирилсе, ошондой берилди; маанилүү учурда аталган уюмдан тактаңыз.",
	},
}

// Country names a country by its code (ISO 3166-1 alpha-2) in a language of the interface; where the tables do not
// know the name in that language it is given in Russian, and last by its code.
func Country(lang, code string) string {
	region, err := language.ParseRegion(code)
	if err != nil {
		return code
	}
	for _, in := range []string{lang, "ru"} {
		if namer := display.Regions(language.Make(in)); namer != nil {
			if name := namer.Name(region); name != "" {
				return name
			}
		}
	}
	return code
}
