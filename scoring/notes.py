"""Where published implementations of each score part, and what is done here and why: one half of its passport.

What no source confirmed carries `memory`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Note:
    """What others do, and what is done here and why; in English and French."""

    en: str
    fr: str
    here_en: str
    here_fr: str
    memory: bool = False

    def text(self, language: str) -> tuple[str, str]:
        return (self.fr, self.here_fr) if language == "fr" else (self.en, self.here_en)


SOFA = (
    Note("A missing organ is summed as 0 (mimic-code and most scripts).",
         "Un organe manquant est compté 0 (mimic-code et la plupart des scripts).",
         "Missing is never normal: the organ is 0 to 4 and the total an interval.",
         "Manquant n’est jamais normal : l’organe vaut 0 à 4 et le total est un intervalle."),
    Note("A pressor charted with dose 0 scores 3 (seen in published code: 0 is “≤ 0.1”).",
         "Un vasopresseur tracé à la dose 0 vaut 3 (vu dans du code publié : 0 est « ≤ 0,1 »).",
         "A dose of 0 is no drug: 0 points from it.", "Une dose de 0, c’est pas de produit : 0 point."),
    Note("PaO₂/FiO₂ below 200 scores 3 or 4 without ventilatory support.",
         "PaO₂/FiO₂ inférieur à 200 compté 3 ou 4 sans assistance ventilatoire.",
         "Without support the most is 2, as the table says.", "Sans assistance le maximum est 2, comme dans le tableau."),
    Note("The Glasgow of an intubated patient is set to 15 (mimic-code, “No Response-ETT”), which hides a coma.",
         "Le Glasgow d’un patient intubé est mis à 15 (mimic-code, « No Response-ETT »), ce qui masque un coma.",
         "The GCS counts as the ward judges it without sedation, with how it was judged; never put to 15.",
         "Le Glasgow compte tel que jugé sans sédation, avec le mode de jugement ; jamais mis à 15."),
    Note("PaO₂/FiO₂ 300 or platelets 100 exactly: some calculators read ≤ (2 points).",
         "PaO₂/FiO₂ 300 ou plaquettes 100 exactement : certains calculateurs lisent ≤ (2 points).",
         "The table of 1996 prints <: 1 point.", "Le tableau de 1996 écrit < : 1 point."),
    Note("µmol/L and mg/dL columns are treated as conversions (bilirubin 33 µmol/L is 2 points, its 1.93 mg/dL is 1).",
         "Colonnes µmol/L et mg/dL prises pour des conversions (bilirubine 33 µmol/L : 2 points, ses 1,93 mg/dL : 1).",
         "The SI column scores, for the whole trial.", "La colonne SI compte, pour tout l’essai."),
    Note("PaO₂ in kPa has limits of its own (53.3, 40, 26.7, 13.3 kPa): 13.3 kPa over FiO₂ 1 is 3, its 99.8 mmHg is 4.",
         "La PaO₂ en kPa a ses propres limites (53,3, 40, 26,7, 13,3 kPa) : 13,3 kPa sous FiO₂ 1 vaut 3, ses 99,8 mmHg 4.",
         "The mmHg column scores; kPa is converted (1 kPa = 7.5006 mmHg).",
         "La colonne mmHg compte ; les kPa sont convertis (1 kPa = 7,5006 mmHg)."),
    Note("Norepinephrine is taken as labelled: tartrate 0.16 is base 0.08 (4 or 3 points).",
         "La noradrénaline est prise comme étiquetée : 0,16 de tartrate = 0,08 de base (4 ou 3 points).",
         "Base counts; each site says which salt its labels count.",
         "La base compte ; chaque centre dit quel sel est étiqueté."),
    Note("Catecholamines are summed before the cut-off.", "Les catécholamines sont additionnées avant le seuil.",
         "The worst single agent decides; the sum counts with vasopressin running alone (Goradia 2021).",
         "Le pire produit seul décide ; la somme ne compte que si la vasopressine tourne (Goradia 2021)."),
    Note("SpO₂/FiO₂ in place of a missing PaO₂/FiO₂: three sets of lines; S/F 220 on a ventilator is 3, 3 or 2 points.",
         "SpO₂/FiO₂ à la place d’un PaO₂/FiO₂ manquant : trois jeux de seuils ; S/F 220 sous ventilation vaut 3, 3 ou 2 points.",
         "Off: without a gas the organ is unknown (Grissom, Rice and Pandharipande are options for a file).",
         "Éteint : sans gaz l’organe est inconnu (Grissom, Rice et Pandharipande sont des options pour un fichier).", memory=True),
    Note("On dialysis the creatinine falls: renal 0 in some scripts, 4 in others.",
         "Sous dialyse la créatinine baisse : rein 0 dans certains scripts, 4 dans d’autres.",
         "Renal replacement scores 4, with a flag.", "L’épuration extrarénale vaut 4, signalée.", memory=True),
    Note("ECMO is not in the table of 1996.", "L’ECMO n’est pas dans le tableau de 1996.",
         "Respiration 4, with a flag.", "Respiration 4, signalée.", memory=True),
    Note("Milrinone and levosimendan are not in the table of 1996.",
         "La milrinone et le lévosimendan ne sont pas dans le tableau de 1996.",
         "2 points, as dobutamine.", "2 points, comme la dobutamine.", memory=True),
)  # fmt: skip

SOFA2 = (
    Note("Missing on day 1 is scored 0 and later carried forward (footnote b).",
         "Manquant au jour 1 compté 0, puis reporté (note b).",
         "Missing is an interval here too.", "Manquant est ici aussi un intervalle."),
    Note("Dopamine above 20 with vasopressin or dobutamine: 2, or one point more than dopamine alone.",
         "Dopamine au-dessus de 20 avec vasopressine ou dobutamine : 2, ou un point de plus que la dopamine seule.",
         "2, as two implementations; above 40 alone it is 4.", "2, comme deux implémentations ; seule au-dessus de 40 : 4."),
    Note("The paper prints kPa and mg/dL columns that are not conversions (bilirubin 12 mg/dL is 3, its 205.2 µmol/L is 4).",
         "Les colonnes kPa et mg/dL de l’article ne sont pas des conversions (bilirubine 12 mg/dL : 3, ses 205,2 µmol/L : 4).",
         "The µmol/L and mmHg columns score; other units are converted.",
         "Les colonnes µmol/L et mmHg comptent ; les autres unités sont converties."),
    Note("Criteria for replacement therapy (footnote p): creatinine or oliguria; others ask for both.",
         "Critères d’épuration (note p) : créatinine ou oligurie ; d’autres exigent les deux.",
         "“Or”, with K ≥ 6.0, or pH ≤ 7.20 and bicarbonate ≤ 12.", "« Ou », avec K ≥ 6,0, ou pH ≤ 7,20 et bicarbonates ≤ 12."),
    Note("One script keeps the Glasgow cut-offs of 1996.", "Un script garde les seuils de Glasgow de 1996.",
         "9–12 is 2, 6–8 is 3, 3–5 is 4.", "9–12 vaut 2, 6–8 vaut 3, 3–5 vaut 4."),
    Note("Whether dexmedetomidine is a drug for delirium: scripts disagree.",
         "La dexmédétomidine traite-t-elle un délirium ? Les scripts divergent.",
         "The ward says yes or no to “drug for delirium”.", "Le service répond oui ou non à « traitement d’un délirium ».",
         memory=True),
    Note("The page of the paper was not at hand: the table is that of three implementations that agree.",
         "La page de l’article n’était pas disponible : le tableau est celui de trois implémentations concordantes.",
         "Exploratory; never subtracted from SOFA.", "Exploratoire ; jamais soustrait du SOFA."),
)  # fmt: skip

HSCORE = (
    Note("A logistic formula is shown as published; one found in the wild gives 169 a probability of 68 %.",
         "Une formule logistique présentée comme publiée ; une trouvée en ligne donne 68 % à 169.",
         "No formula was published: the printed table, on a straight line between its rows.",
         "Aucune formule n’a été publiée : le tableau imprimé, en ligne droite entre ses lignes."),
    Note("AST “> 30” in one reprint.", "ASAT « > 30 » dans une réimpression.", "≥ 30, as the others.",
         "≥ 30, comme les autres."),
    Note("The cytopenia limits of HLH-2004 are used (Hb 9, platelets 100, neutrophils).",
         "Les seuils de cytopénie de HLH-2004 sont utilisés (Hb 9, plaquettes 100, neutrophiles).",
         "Its own: Hb ≤ 9.2, white cells ≤ 5, platelets ≤ 110.", "Les siens : Hb ≤ 9,2, leucocytes ≤ 5, plaquettes ≤ 110."),
    Note("Triglycerides of 132.7 mg/dL are printed as 1.5 mmol/L; converted they are 1.498, 0 points for 44.",
         "Triglycérides de 132,7 mg/dL imprimés comme 1,5 mmol/L ; convertis ils font 1,498, 0 point au lieu de 44.",
         "The mmol/L limits score; other units are converted.",
         "Les limites en mmol/L comptent ; les autres unités sont converties."),
    Note("A marrow that was not done is scored “no”.", "Un myélogramme non fait est compté « non ».",
         "Not done is unknown: 0 to 35.", "Non fait est inconnu : 0 à 35."),
    Note("Never validated in intensive care; 168 was best in one ICU study.",
         "Jamais validé en réanimation ; 168 était le meilleur seuil d’une étude en réanimation.",
         "The trial asks for 200; both are shown.", "L’essai demande 200 ; les deux sont montrés."),
)  # fmt: skip

HLH2004 = (
    Note("The registry says “5 or 6 criteria”: 7 of 8 would be turned away.",
         "Le registre dit « 5 ou 6 critères » : 7 sur 8 seraient refusés.",
         "At least 5 of 8; the other readings stand beside it.", "Au moins 5 sur 8 ; les autres lectures sont à côté."),
    Note("Ferritin > 500, triglycerides > 265 mg/dL, fibrinogen < 150 mg/dL in one reprint.",
         "Ferritine > 500, triglycérides > 265 mg/dL, fibrinogène < 150 mg/dL dans une réimpression.",
         "The limits belong to the criterion (≥ 500, ≥ 3.0 mmol/L, ≤ 1.5 g/L).",
         "Les limites font partie du critère (≥ 500, ≥ 3,0 mmol/L, ≤ 1,5 g/L)."),
    Note("sCD25 in pg/mL compared with 2400 U/mL; 1 U is 1 or 10 pg by assay.",
         "sCD25 en pg/mL comparé à 2400 U/mL ; 1 U vaut 1 ou 10 pg selon le kit.",
         "Never converted: another unit is unknown.", "Jamais converti : une autre unité est inconnue."),
    Note("Triglycerides and fibrinogen counted as two criteria.", "Triglycérides et fibrinogène comptés comme deux critères.",
         "One criterion; either suffices, only both normal refute it.",
         "Un seul critère ; l’un suffit, seuls les deux normaux l’excluent."),
    Note("“Reading 5 of 6”: without NK activity and sCD25, which few wards have.",
         "« Lecture 5 sur 6 » : sans activité NK ni sCD25, que peu de services ont.",
         "Shown, not used.", "Montrée, pas utilisée.", memory=True),
)  # fmt: skip

HLH2024 = (
    Note("Built on children under 16 with familial HLH against arthritis and infections.",
         "Construit sur des enfants de moins de 16 ans avec HLH familiale, contre arthrites et infections.",
         "A line to read; not an inclusion rule of the trial.", "Une ligne à lire ; pas une règle d’inclusion de l’essai."),
    Note("How many of the seven are needed is not in the abstract.", "Le nombre requis sur sept n’est pas dans le résumé.",
         "5 of 7.", "5 sur 7.", memory=True),
)  # fmt: skip

OHI = (
    Note("Derived in hematologic malignancies; sCD25 in U/mL of one assay family.",
         "Dérivé dans les hémopathies malignes ; sCD25 en U/mL d’une famille de kits.",
         "Both limits strict; another unit is unknown.", "Les deux limites strictes ; une autre unité est inconnue."),
)  # fmt: skip

DIC = (
    Note("Fibrinogen < 1 or ≤ 1; platelets 50 and 100, PT 3 and 6 s inside or outside: tables disagree.",
         "Fibrinogène < 1 ou ≤ 1 ; plaquettes 50 et 100, TQ 3 et 6 s inclus ou non : les tableaux divergent.",
         "Platelets 50–100 and PT 3–6 s are 1; fibrinogen > 1 is 0.",
         "Plaquettes 50–100 et TQ 3–6 s : 1 ; fibrinogène > 1 : 0."),
    Note("D-dimer: 2–4 × and > 4 × the limit, or as the laboratory says.",
         "D-dimères : 2–4 × et > 4 × la limite, ou selon le laboratoire.",
         "The ward says none, moderate or strong.", "Le service dit aucune, modérée ou forte."),
    Note("PT in % (TP) is not seconds.", "Le TP en % n’est pas un temps en secondes.",
         "Not derived from it: seconds are asked for.", "Non déduit : les secondes sont demandées."),
)  # fmt: skip

SIC = (
    Note("One table prints other INR limits.", "Un tableau imprime d’autres seuils d’INR.",
         "≤ 1.2, > 1.2, > 1.4 (ISTH 2019).", "≤ 1,2, > 1,2, > 1,4 (ISTH 2019)."),
    Note("A total of 4 is called SIC whatever gave it.", "Un total de 4 est dit SIC quelle qu’en soit l’origine.",
         "INR and platelets must give more than 2.", "INR et plaquettes doivent donner plus de 2."),
)  # fmt: skip

KDIGO = (
    Note("Hourly windows of 6, 12 and 24 h for the urine.", "Fenêtres horaires de 6, 12 et 24 h pour la diurèse.",
         "The mean of the day: < 0.5 is stage 2, < 0.3 stage 3; stage 1 by urine cannot be told.",
         "La moyenne du jour : < 0,5 stade 2, < 0,3 stade 3 ; le stade 1 par la diurèse ne peut être dit."),
    Note("µmol/L limits 26.5 and 353.6 are converted from 0.3 and 4.0 mg/dL.",
         "Les limites 26,5 et 353,6 µmol/L sont converties de 0,3 et 4,0 mg/dL.",
         "As converted; the ratio is exact.", "Telles que converties ; le rapport est exact."),
)  # fmt: skip

CTCAE = (
    Note("v5 and v6 grade the same count differently: neutrophils 0.4 is 4 in v5, 3 in v6.",
         "v5 et v6 gradent différemment : neutrophiles 0,4 valent 4 en v5, 3 en v6.",
         "One version for the trial; the other one click away, never mixed.",
         "Une version pour l’essai ; l’autre à un clic, jamais mélangées."),
    Note("A limit of normal that is missing is taken as grade 0.", "Une limite de normale manquante donne un grade 0.",
         "Not gradable, unless a fixed limit decides.", "Non gradable, sauf si une limite fixe décide."),
    Note("Triglycerides grade 1 from 1.71 (150 mg/dL in the text) or above it (one program).",
         "Triglycérides grade 1 dès 1,71 (150 mg/dL dans le texte) ou au-delà (un programme).",
         "From 1.71 on, as the text.", "Dès 1,71, comme le texte."),
    Note("An unchanged raised baseline: grade 1 in v6 (1.0 × and above), 0 in v5.",
         "Une valeur initiale élevée inchangée : grade 1 en v6 (dès 1,0 ×), 0 en v5.",
         "As each version prints it; an event is a worsening from the grade before the first dose.",
         "Comme chaque version l’écrit ; un événement est une aggravation du grade d’avant la première prise."),
    Note("A missing value before treatment is taken as normal (one program).",
         "Une valeur initiale manquante est prise pour normale (un programme).",
         "Not gradable where it could change the grade.", "Non gradable si elle peut changer le grade."),
    Note("Fibrinogen: a fall from baseline counts at any value, or only below the lower limit (“if abnormal”).",
         "Fibrinogène : une baisse compte à toute valeur, ou seulement sous la limite inférieure (« si anormal »).",
         "Only below the lower limit of normal.", "Seulement sous la limite inférieure de la normale."),
    Note("Fever above 40 °C: grade 4 when it lasts more than 24 h.", "Fièvre au-dessus de 40 °C : grade 4 si plus de 24 h.",
         "3 is proposed; the duration is the investigator’s.", "3 est proposé ; la durée revient à l’investigateur."),
)  # fmt: skip

VASOPRESSORS = (
    Note("Pressors outside the table of 1996 are ignored, or given 3 or 4 points at any dose.",
         "Les vasopresseurs absents du tableau de 1996 sont ignorés, ou valent 3 ou 4 points à toute dose.",
         "By norepinephrine equivalent (Goradia 2021): vasopressin 0.04 U/min is 0.1.",
         "Par équivalent noradrénaline (Goradia 2021) : vasopressine 0,04 U/min vaut 0,1."),
    Note("Labels count tartrate or base, a factor of 2; half of surveyed users did not know which.",
         "Les étiquettes comptent le tartrate ou la base, un facteur 2 ; la moitié des utilisateurs l’ignorait.",
         "Both readings are shown when they lie on two sides of 0.1.",
         "Les deux lectures sont montrées quand 0,1 les sépare."),
)  # fmt: skip

CLEARANCE = (
    Note("Meant for a steady creatinine.", "Conçue pour une créatinine stable.",
         "On dialysis or with a rising creatinine it is called unsteady; no dose is made of it.",
         "Sous dialyse ou si la créatinine monte elle est dite instable ; aucune dose n’en est tirée."),
    Note("Factors 1.23 (men) and 1.04 (women) for µmol/L.", "Facteurs 1,23 (hommes) et 1,04 (femmes) pour µmol/L.",
         "As usual.", "Comme d’usage.", memory=True),
)  # fmt: skip

SUPPORT_FREE = (
    Note("A death counts 0 or −1; day 0 or day 1 is the first; reintubation days count or not.",
         "Un décès compte 0 ou −1 ; le jour 0 ou 1 est le premier ; les jours de réintubation comptent ou non.",
         "Dead by day 28 is 0; days 1 to 28; every supported day counts.",
         "Décédé au jour 28 ou avant : 0 ; jours 1 à 28 ; chaque jour assisté compte."),
    Note("Organ-support-free days have no one definition.", "Les jours sans assistance n’ont pas de définition unique.",
         "As ventilator-free days, with the days that you count.",
         "Comme les jours sans ventilation, avec les jours que vous comptez.",
         memory=True),
)  # fmt: skip

NOTES: dict[str, tuple[Note, ...]] = {
    "sofa": SOFA, "sofa2": SOFA2, "hscore": HSCORE, "hlh2004": HLH2004, "hlh2024": HLH2024, "ohi": OHI, "dic": DIC, "sic": SIC,
    "kdigo": KDIGO, "ctcae": CTCAE, "vasopressors": VASOPRESSORS, "clearance": CLEARANCE, "support_free": SUPPORT_FREE,
}  # fmt: skip
