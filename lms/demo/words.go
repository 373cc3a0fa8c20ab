package demo

// What people write, in the two languages of the course. No case in it is real.

var shortAnswers = map[string][]string{
	"en": {"not sure", "force", "smuggling", "money", "the law"},
	"ru": {"не знаю", "насилие", "обман", "деньги", "закон"},
}

var openAnswers = map[string][]string{
	"en": {
		"I ask him to step into the next room \"to fill in a form\" and close the door. I say who I am and that I cannot get his passport back, but that I can tell him who gives free legal advice. I ask whether it is safe for him to take a card, or whether he would rather remember a number. He decides. I make sure he leaves before half past five.",
		"First I find a quiet corner. I do not ask what happened. I tell him about the hotline and the lawyer who comes on Thursdays, ask if I may pass on his first name, and agree that he can come back under the pretext of the form.",
		"I would ask him where he works, who has the passport and how many people are there, and then call the police.",
		"I explain his options in simple words, ask what he needs today, and offer to call the partner organisation together. If he says no, I tell him when we are open and stop there.",
		"I tell him how to apply for a new passport and which papers he needs. I also say that nobody may keep his passport.",
	},
	"ru": {
		"Предложу пройти в соседнюю комнату «заполнить бланк». Скажу, кто я и чем могу помочь, паспорт вернуть не обещаю. Назову бесплатного юриста и линию помощи, спрошу, безопасно ли взять карточку с номером. Если не сегодня — договоримся, когда удобно прийти ещё раз. До шести он должен успеть, поэтому не задерживаю.",
		"Отведу в тихое место, чтобы не слышала очередь. Не расспрашиваю, что случилось. Спрошу, что нужно ему сейчас, расскажу про консультацию юриста в четверг и с его согласия передам только имя и удобный способ связи.",
		"Сначала узнаю, где он работает, кто начальник и есть ли там ещё люди. Потом позвоню в полицию, потому что документы отбирать нельзя.",
		"Объясню простыми словами, что паспорт нельзя удерживать и что есть организация, которая помогает. Спрошу, хочет ли он, чтобы я позвонил(а) туда при нём. Если нет — запишу время, когда он может вернуться, и на этом остановлюсь.",
		"Расскажу, какие документы нужны для нового паспорта, и дам адрес. Если он захочет рассказать больше, выслушаю.",
		"Скажу: «Для анкеты нужно пройти в кабинет». Там спрошу, безопасно ли ему говорить и до скольки он может задержаться. Расскажу о помощи, не давлю, обещаю только то, что могу сделать сама. Напишу номер линии на обороте бланка, если он согласен.",
	},
}

// comments are a trainer's, from few points to many.
var comments = map[string][]string{
	"en": {
		"The police call would be against his will. Please look again at principles 1 and 7.",
		"You answer the question about the passport well; the second sentence of his goes unheard.",
		"Good: quiet place and a choice. What would you do if he says \"not today\"?",
		"Clear, short, safe. The way back to you is there too.",
		"Exactly the role we practise: notice, make safe, refer, stop.",
	},
	"ru": {
		"Звонок в полицию здесь против его воли. Перечитайте, пожалуйста, принципы 1 и 7.",
		"На вопрос о паспорте ответ хороший, но его вторая фраза осталась без внимания.",
		"Хорошо: спокойное место и выбор. А что вы сделаете, если он скажет «не сегодня»?",
		"Ясно, коротко, безопасно. И путь назад к вам есть.",
		"Именно та роль, которую мы отрабатываем: заметить, обезопасить, направить, остановиться.",
	},
}

// worksheet holds what people write into the fields of the referral map.
var worksheet = map[string]map[string][]string{
	"en": {
		"first-call":   {"Partner NGO, case manager on duty, Mon–Fri 9–18, languages ru/en. They need: age, language, is the person safe today.", "Counselling centre in the next street, reception desk, daily 10–17."},
		"danger":       {"112. Shift leader must know. The person waits in room 3 and I stay with them.", "Emergency number first, then the head of our branch; we wait in the staff room."},
		"out-of-hours": {"National helpline, 24 h. On Friday evening nobody else answers – we have raised it with the manager.", "Helpline; until Monday the crisis centre takes calls."},
		"child":        {"Child protection office of the district; the duty officer. I do not interview.", "Guardianship authority, and the helpline for children when they are closed."},
		"interpreter":  {"List of the city: three interpreters by phone, vetted last spring.", "Phone service of the partner organisation."},
		"legal":        {"Free legal aid on Thursdays; one can ask without giving a name.", "Legal clinic of the university."},
		"medical":      {"City clinic No. 5, woman doctor on Tuesdays, no insurance needed for emergencies.", ""},
		"sharing":      {"Only first name and a safe way to get in touch, with consent. Never by messenger.", "With consent: need and language. Law obliges us when a child is in danger."},
	},
	"ru": {
		"first-call":   {"Партнёрская НКО, дежурный координатор, пн–пт 9–18, русский, казахский, узбекский. Нужно сказать: возраст, язык, безопасно ли сегодня.", "Кризисный центр, приёмная, ежедневно 10–17. Сначала звонит моя руководительница.", "Консультационный пункт, специалист по социальной работе; по будням до 18:00."},
		"danger":       {"112. Знать должен начальник смены. Человек ждёт в кабинете 3, я остаюсь рядом.", "Экстренная служба, затем заведующая; ждём в комнате для персонала, дверь закрыта."},
		"out-of-hours": {"Круглосуточная линия. В пятницу вечером больше никто не отвечает — подняли вопрос с руководством.", "Линия помощи; до понедельника — кризисный центр."},
		"child":        {"Орган опеки района, дежурный специалист. Опрашивать ребёнка не моя задача.", "Органы защиты детей, а если закрыто — детский телефон доверия."},
		"interpreter":  {"Городской список: три переводчика по телефону, проверены весной.", "Служба партнёра, по телефону. Никогда не спутник."},
		"legal":        {"Бесплатная юридическая помощь по четвергам, можно не называть себя.", "Юридическая клиника университета, по записи."},
		"medical":      {"Поликлиника № 5, женщина-врач по вторникам.", ""},
		"sharing":      {"Только имя и безопасный способ связи — с согласия. Никогда через мессенджеры.", "С согласия: потребность и язык. По закону сообщаем, если в опасности ребёнок."},
	},
}

var worksheetReturns = map[string][]string{
	"en": {"A useful page. Please ring the out-of-hours number yourself before the practice day.", "Two gaps left: interpreter and medical. Ask your neighbours in the cohort – they have both."},
	"ru": {"Полезная страница. Позвоните, пожалуйста, по вечернему номеру сами до дня практики.", "Осталось два пробела: переводчик и врач. Спросите соседей по группе — у них есть оба.", "Отлично, что указаны функции, а не имена. Проверьте часы работы раз в три месяца."},
}

// openers begin a talk in the discussion, replies answer one.
var openers = map[string][]string{
	"en": {
		"What works for us: a shared phone list on one page, with hours. We check it on the first Monday of every month.",
		"At the beginning nobody knew who may call whom. Now there is one contact in each service, by function, and a deputy.",
		"We keep one room free between 10 and 16. It is small, but the door closes. That changed more than any leaflet.",
		"My question to the others: how do you find an interpreter for a rare language within an hour?",
		"We practised the first sentence in the team until it sounded like us. It took three meetings and now it helps every week.",
		"Referral works better since the partner calls us back – only to say \"arrived\". No details.",
	},
	"ru": {
		"У нас помогает одна страница с телефонами и часами работы. Проверяем её в первый понедельник месяца.",
		"Сначала никто не знал, кто кому может звонить. Теперь в каждой службе есть одна функция и заместитель — без имён, но всегда кто-то на месте.",
		"Мы освободили маленькую комнату рядом с приёмной. Дверь закрывается, есть вода и салфетки. Это дало больше, чем любая листовка.",
		"Вопрос к коллегам: как вы за час находите переводчика с редкого языка? У нас получается только по телефону.",
		"Договорились с партнёрами об обратном звонке: только «человек дошёл», без подробностей. Сразу стало спокойнее работать.",
		"Трудно было с очередью: все слышат. Придумали нейтральную фразу «для анкеты пройдёмте в кабинет» — работает.",
		"Раз в месяц пьём чай с соседними службами. Звучит несерьёзно, но после этого перенаправление занимает минуты, а не дни.",
		"А как у вас с вечером пятницы? У нас после 18:00 остаётся только линия помощи.",
	},
}

var replies = map[string][]string{
	"en": {
		"Thank you, we will copy the monthly check.",
		"Same here. What do you do when the partner is full?",
		"For rare languages we ask the phone service of the capital – they answer within half an hour on working days.",
		"We had the same difficulty. A sign on the door with a neutral word helped.",
	},
	"ru": {
		"Спасибо, возьмём себе проверку по понедельникам.",
		"У нас так же. А что вы делаете, когда у партнёра нет места?",
		"По редким языкам выручает телефонная служба в столице: в рабочие дни отвечают за полчаса.",
		"Попробовали фразу про анкету — люди реагируют спокойно. Спасибо!",
		"Согласна. И ещё важно, чтобы охрана знала, зачем эта комната.",
		"Мы тоже долго искали. В итоге договорились с библиотекой через дорогу.",
	},
}

// trainerReplies close a talk.
var trainerReplies = map[string][]string{
	"en": {"Good examples. Please bring your phone page to the practice day, we will put them together."},
	"ru": {"Хорошие примеры. Возьмите, пожалуйста, свою страницу с телефонами на день практики — сложим их вместе.", "Спасибо всем. Вопрос про пятницу вечером вынесем на вебинар."},
}

// reaction holds free words for the survey: what to do differently, and what to improve.
var reaction = map[string][2][]string{
	"en": {
		{"Close the door before I ask anything.", "Ask less, offer more.", "Check our phone list.", ""},
		{"More about labour in private homes.", "The border lesson could be shorter.", "", ""},
	},
	"ru": {
		{"Сначала найду тихое место, потом буду говорить.", "Буду меньше спрашивать и больше предлагать.", "Проверю наши телефоны.", "Перестану звать родственников переводить.", ""},
		{"Больше примеров про работу в частных домах.", "Хотелось бы видео разговора.", "Урок про границу можно сократить.", "", ""},
	},
}

// notes are the lines of a case note that people hand in as a file.
var notes = map[string][][]string{
	"en": {
		{
			"Referral note (exercise, invented case)", "Seen: an adult man came alone, tired, no documents with him.",
			"Heard: the passport is \"at the boss's\"; he has to be at the gate by six.",
			"Wishes: to get a passport, to speak with a lawyer. Does not wish: the police.",
			"Consent: first name and a safe time to call may be passed on to the legal aid point.",
			"Done: quiet room, number of the helpline given. Open: interpreter for Thursday.",
		},
	},
	"ru": {
		{
			"Записка о перенаправлении (учебная, случай выдуман)", "Видели: взрослый мужчина, пришёл один, устал, документов при себе нет.",
			"Слышали: паспорт «у начальника», к шести нужно быть у ворот.",
			"Хочет: восстановить паспорт, поговорить с юристом. Не хочет: обращаться в полицию.",
			"Согласие: имя и удобное время звонка можно передать в пункт юридической помощи.",
			"Сделано: отдельная комната, дан номер линии. Открыто: переводчик на четверг.",
		},
		{
			"Перенаправление (учебный случай из разговора)", "Женщина, около 30 лет, работает в хостеле, говорит тихо, всё время смотрит на дверь.",
			"Со слов: зарплату «вычитают за жильё», выходить можно раз в неделю.",
			"Похоже на признаки принудительного труда; это предположение, не вывод.",
			"Согласилась на звонок из НКО во вторник с 10 до 11. Передавать работодателю ничего нельзя.",
			"Сообщено координатору пункта. Срочной угрозы жизни нет.",
		},
	},
}

var noteReturns = map[string][]string{
	"en": {"Facts and impressions are apart – very good. Say who calls whom on Thursday.", "Short and safe. One line too many about the workplace."},
	"ru": {"Факты и впечатления разделены — очень хорошо. Допишите, кто кому звонит в четверг.", "Коротко и безопасно. Строку о месте работы я бы убрала: коллеге она не нужна."},
}
