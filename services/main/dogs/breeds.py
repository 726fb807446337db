"""Breeds that live in Korea: those that the Korean Kennel Federation registers most, and Korean ones.

The code is what is stored, and stays for ever; the names are what people read.
"""

from __future__ import annotations

from typing import NamedTuple


class Breed(NamedTuple):
    code: str
    ko: str
    en: str


_WRITTEN = """
mixed|믹스견|Mixed breed
unknown|잘 모르겠어요|Not known
affenpinscher|아펜핀셔|Affenpinscher
afghan-hound|아프간 하운드|Afghan Hound
airedale-terrier|에어데일 테리어|Airedale Terrier
akita|아키타|Akita
alaskan-malamute|알래스칸 말라뮤트|Alaskan Malamute
american-akita|아메리칸 아키타|American Akita
american-bully|아메리칸 불리|American Bully
american-cocker-spaniel|아메리칸 코커 스패니얼|American Cocker Spaniel
american-eskimo-dog|아메리칸 에스키모 도그|American Eskimo Dog
american-pit-bull-terrier|아메리칸 핏불 테리어|American Pit Bull Terrier
american-staffordshire-terrier|아메리칸 스태퍼드셔 테리어|American Staffordshire Terrier
anatolian-shepherd|아나톨리안 셰퍼드|Anatolian Shepherd Dog
australian-cattle-dog|오스트레일리안 캐틀 도그|Australian Cattle Dog
australian-shepherd|오스트레일리안 셰퍼드|Australian Shepherd
australian-silky-terrier|오스트레일리안 실키 테리어|Australian Silky Terrier
basenji|바센지|Basenji
basset-hound|바셋 하운드|Basset Hound
beagle|비글|Beagle
bearded-collie|비어디드 콜리|Bearded Collie
bedlington-terrier|베들링턴 테리어|Bedlington Terrier
belgian-malinois|벨지안 말리노이즈|Belgian Malinois
belgian-tervuren|벨지안 터뷰렌|Belgian Tervuren
bernese-mountain-dog|버니즈 마운틴 도그|Bernese Mountain Dog
bichon-frise|비숑 프리제|Bichon Frise
bloodhound|블러드하운드|Bloodhound
bolognese|볼로네즈|Bolognese
border-collie|보더 콜리|Border Collie
border-terrier|보더 테리어|Border Terrier
borzoi|보르조이|Borzoi
boston-terrier|보스턴 테리어|Boston Terrier
bouvier-des-flandres|부비에 데 플랑드르|Bouvier des Flandres
boxer|복서|Boxer
briard|브리아르|Briard
brittany|브리타니|Brittany
brussels-griffon|브뤼셀 그리펀|Brussels Griffon
bull-terrier|불 테리어|Bull Terrier
bulldog|불독|Bulldog
bullmastiff|불마스티프|Bullmastiff
cairn-terrier|케언 테리어|Cairn Terrier
cane-corso|카네 코르소|Cane Corso
cardigan-welsh-corgi|웰시 코기 카디건|Welsh Corgi Cardigan
caucasian-shepherd|코카시안 셰퍼드|Caucasian Shepherd Dog
cavalier-king-charles-spaniel|카발리에 킹 찰스 스패니얼|Cavalier King Charles Spaniel
chihuahua|치와와|Chihuahua
chinese-crested|차이니즈 크레스티드|Chinese Crested
chow-chow|차우차우|Chow Chow
cocker-spaniel|잉글리시 코커 스패니얼|English Cocker Spaniel
coton-de-tulear|꼬똥 드 툴레아|Coton de Tulear
curly-coated-retriever|컬리 코티드 리트리버|Curly Coated Retriever
czechoslovakian-wolfdog|체코슬로바키안 울프독|Czechoslovakian Wolfdog
dachshund|닥스훈트|Dachshund
dalmatian|달마시안|Dalmatian
dandie-dinmont-terrier|댄디 딘몬트 테리어|Dandie Dinmont Terrier
dobermann|도베르만|Dobermann
dogo-argentino|도고 아르헨티노|Dogo Argentino
dogue-de-bordeaux|도그 드 보르도|Dogue de Bordeaux
donggyeong|동경이|Donggyeongi
english-setter|잉글리시 세터|English Setter
english-springer-spaniel|잉글리시 스프링어 스패니얼|English Springer Spaniel
flat-coated-retriever|플랫 코티드 리트리버|Flat Coated Retriever
fox-terrier-smooth|스무스 폭스 테리어|Smooth Fox Terrier
fox-terrier-wire|와이어 폭스 테리어|Wire Fox Terrier
french-bulldog|프렌치 불독|French Bulldog
german-pinscher|저먼 핀셔|German Pinscher
german-shepherd|저먼 셰퍼드|German Shepherd Dog
german-shorthaired-pointer|저먼 쇼트헤어드 포인터|German Shorthaired Pointer
giant-schnauzer|자이언트 슈나우저|Giant Schnauzer
golden-retriever|골든 리트리버|Golden Retriever
goldendoodle|골든두들|Goldendoodle
gordon-setter|고든 세터|Gordon Setter
great-dane|그레이트 데인|Great Dane
great-pyrenees|그레이트 피레니즈|Great Pyrenees
greyhound|그레이하운드|Greyhound
havanese|하바니즈|Havanese
hokkaido|홋카이도견|Hokkaido
ibizan-hound|이비전 하운드|Ibizan Hound
irish-setter|아이리시 세터|Irish Setter
irish-terrier|아이리시 테리어|Irish Terrier
irish-wolfhound|아이리시 울프하운드|Irish Wolfhound
italian-greyhound|이탈리안 그레이하운드|Italian Greyhound
jack-russell-terrier|잭 러셀 테리어|Jack Russell Terrier
japanese-chin|재패니즈 친|Japanese Chin
japanese-spitz|재패니즈 스피츠|Japanese Spitz
jeju|제주개|Jeju Dog
jindo|진돗개|Korean Jindo Dog
kai-ken|카이견|Kai Ken
keeshond|키스혼드|Keeshond
kerry-blue-terrier|케리 블루 테리어|Kerry Blue Terrier
king-charles-spaniel|킹 찰스 스패니얼|King Charles Spaniel
kishu|기슈견|Kishu
komondor|코몬도르|Komondor
kuvasz|쿠바츠|Kuvasz
labradoodle|래브라두들|Labradoodle
labrador-retriever|래브라도 리트리버|Labrador Retriever
lagotto-romagnolo|라고토 로마뇰로|Lagotto Romagnolo
lakeland-terrier|레이클랜드 테리어|Lakeland Terrier
leonberger|레온베르거|Leonberger
lhasa-apso|라사압소|Lhasa Apso
lowchen|로첸|Lowchen
maltese|말티즈|Maltese
maltipoo|말티푸|Maltipoo
manchester-terrier|맨체스터 테리어|Manchester Terrier
mastiff|마스티프|Mastiff
miniature-bull-terrier|미니어처 불 테리어|Miniature Bull Terrier
miniature-pinscher|미니어처 핀셔|Miniature Pinscher
miniature-schnauzer|미니어처 슈나우저|Miniature Schnauzer
neapolitan-mastiff|나폴리탄 마스티프|Neapolitan Mastiff
newfoundland|뉴펀들랜드|Newfoundland
norfolk-terrier|노퍽 테리어|Norfolk Terrier
norwegian-elkhound|노르위전 엘크하운드|Norwegian Elkhound
norwich-terrier|노리치 테리어|Norwich Terrier
nova-scotia-duck-tolling-retriever|노바 스코샤 덕 톨링 리트리버|Nova Scotia Duck Tolling Retriever
old-english-sheepdog|올드 잉글리시 시프도그|Old English Sheepdog
papillon|파피용|Papillon
parson-russell-terrier|파슨 러셀 테리어|Parson Russell Terrier
pekingese|페키니즈|Pekingese
pembroke-welsh-corgi|웰시 코기 펨브로크|Welsh Corgi Pembroke
peruvian-hairless|페루비안 헤어리스 도그|Peruvian Hairless Dog
petit-basset-griffon-vendeen|프티 바세 그리퐁 방데앙|Petit Basset Griffon Vendeen
pharaoh-hound|파라오 하운드|Pharaoh Hound
pointer|잉글리시 포인터|English Pointer
polish-lowland-sheepdog|폴리시 로랜드 시프도그|Polish Lowland Sheepdog
pomeranian|포메라니안|Pomeranian
pompitz|폼피츠|Pompitz
pomsky|폼스키|Pomsky
poodle-medium|미디엄 푸들|Medium Poodle
poodle-miniature|미니어처 푸들|Miniature Poodle
poodle-standard|스탠더드 푸들|Standard Poodle
poodle-toy|토이 푸들|Toy Poodle
portuguese-water-dog|포르투기즈 워터 도그|Portuguese Water Dog
pug|퍼그|Pug
puli|풀리|Puli
pungsan|풍산개|Pungsan Dog
rhodesian-ridgeback|로디지안 리지백|Rhodesian Ridgeback
rottweiler|로트와일러|Rottweiler
rough-collie|러프 콜리|Rough Collie
saint-bernard|세인트 버나드|Saint Bernard
saluki|살루키|Saluki
samoyed|사모예드|Samoyed
sapsali|삽살개|Sapsali
schipperke|스키퍼키|Schipperke
schnoodle|슈누들|Schnoodle
scottish-deerhound|스코티시 디어하운드|Scottish Deerhound
scottish-terrier|스코티시 테리어|Scottish Terrier
sealyham-terrier|실리엄 테리어|Sealyham Terrier
shar-pei|샤페이|Shar Pei
shetland-sheepdog|셰틀랜드 시프도그|Shetland Sheepdog
shiba|시바견|Shiba
shih-poo|시푸|Shih-Poo
shih-tzu|시츄|Shih Tzu
shikoku|시코쿠견|Shikoku
siberian-husky|시베리안 허스키|Siberian Husky
skye-terrier|스카이 테리어|Skye Terrier
smooth-collie|스무스 콜리|Smooth Collie
soft-coated-wheaten-terrier|소프트 코티드 휘튼 테리어|Soft Coated Wheaten Terrier
spitz|스피츠|Spitz
staffordshire-bull-terrier|스태퍼드셔 불 테리어|Staffordshire Bull Terrier
standard-schnauzer|스탠더드 슈나우저|Standard Schnauzer
thai-ridgeback|타이 리지백|Thai Ridgeback
tibetan-mastiff|티베탄 마스티프|Tibetan Mastiff
tibetan-spaniel|티베탄 스패니얼|Tibetan Spaniel
tibetan-terrier|티베탄 테리어|Tibetan Terrier
tosa|도사견|Tosa
toy-fox-terrier|토이 폭스 테리어|Toy Fox Terrier
vizsla|비즐라|Vizsla
volpino-italiano|볼피노 이탈리아노|Volpino Italiano
weimaraner|와이마라너|Weimaraner
west-highland-white-terrier|웨스트 하일랜드 화이트 테리어|West Highland White Terrier
whippet|휘핏|Whippet
white-swiss-shepherd|화이트 스위스 셰퍼드|White Swiss Shepherd Dog
xoloitzcuintle|숄로이츠퀸틀|Xoloitzcuintle
yorkshire-terrier|요크셔 테리어|Yorkshire Terrier
"""

BREEDS: tuple[Breed, ...] = tuple(Breed(*line.split("|")) for line in _WRITTEN.strip().splitlines())
BREED_OF_CODE = {breed.code: breed for breed in BREEDS}
CHOICES = [(breed.code, breed.ko) for breed in BREEDS]
