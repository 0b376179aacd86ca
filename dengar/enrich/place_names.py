"""Names of provinces and well-known regencies and cities that count as *where* even in lower case (public facts).

Only names that are no everyday word or bird or programme: not *malang* (unlucky), *batu* (stone), *padang* (field), *medan*, *solo*.
"""

from __future__ import annotations

_PROVINCES = """
aceh, sumatera utara, sumut, sumatera barat, sumbar, riau, kepulauan riau, kepri, jambi, sumatera selatan, sumsel, bengkulu, lampung,
bangka belitung, babel, banten, dki jakarta, jakarta, jawa barat, jabar, jawa tengah, jateng, yogyakarta, jogja, jogjakarta, diy,
jawa timur, jatim, bali, nusa tenggara barat, ntb, nusa tenggara timur, ntt, kalimantan barat, kalbar, kalimantan tengah, kalteng,
kalimantan selatan, kalsel, kalimantan timur, kaltim, kalimantan utara, kaltara, sulawesi utara, sulut, gorontalo, sulawesi tengah,
sulteng, sulawesi barat, sulbar, sulawesi selatan, sulsel, sulawesi tenggara, sultra, maluku, maluku utara, papua, papua barat,
papua selatan, papua tengah, papua pegunungan, papua barat daya
"""
_REGENCIES = """
aceh besar, aceh utara, aceh timur, bireuen, lhokseumawe, langsa, deli serdang, langkat, simalungun, tapanuli selatan, tapanuli tengah,
tapanuli utara, sibolga, nias, pematangsiantar, padang pariaman, agam, tanah datar, payakumbuh, bukittinggi, pesisir selatan,
pasaman, pekanbaru, kampar, rokan hulu, indragiri, bengkalis, batam, tanjungpinang, muaro jambi, kerinci, palembang, ogan ilir,
muara enim, lubuklinggau, prabumulih, bandar lampung, pringsewu, tanggamus, pesawaran, pangkalpinang, serang, pandeglang,
lebak, tangerang, tangsel, cilegon, bogor, depok, bekasi, karawang, purwakarta, subang, bandung, cimahi, garut, tasikmalaya, ciamis,
banjarnegara, pangandaran, cianjur, sukabumi, sumedang, majalengka, cirebon, indramayu, cilacap, banyumas, purwokerto,
purbalingga, kebumen, purworejo, wonosobo, magelang, boyolali, klaten, sukoharjo, wonogiri, karanganyar, sragen, grobogan, blora,
rembang, kudus, jepara, demak, semarang, ungaran, temanggung, kendal, batang hari, pekalongan, pemalang, tegal, brebes, surakarta,
salatiga, sleman, bantul, kulon progo, gunungkidul, gunung kidul, pacitan, ponorogo, trenggalek, tulungagung, blitar, kediri,
lumajang, jember, banyuwangi, bondowoso, situbondo, probolinggo, pasuruan, sidoarjo, mojokerto, jombang, nganjuk, madiun, magetan,
ngawi, bojonegoro, tuban, lamongan, gresik, bangkalan, sampang, pamekasan, sumenep, surabaya, denpasar, badung, gianyar, tabanan,
buleleng, karangasem, mataram, lombok barat, lombok tengah, lombok timur, lombok utara, lombok, sumbawa, dompu, bima, kupang, ende,
sikka, maumere, manggarai, labuan bajo, sumba timur, sumba barat, flores timur, alor, belu, pontianak, singkawang, sambas, ketapang,
sintang, palangkaraya, palangka raya, kotawaringin, kapuas hulu, banjarmasin, banjarbaru, banjar baru, tanah laut, samarinda,
balikpapan, bontang, kutai kartanegara, kutai timur, berau, tarakan, nunukan, bulungan, manado, minahasa, bitung, bolaang mongondow,
palu, donggala, sigi, poso, banggai, morowali, mamuju, majene, polewali mandar, makassar, gowa, maros, bulukumba, wajo,
parepare, palopo, luwu utara, toraja, kendari, baubau, konawe, kolaka, ambon, ternate, tidore, halmahera, jayapura, merauke,
manokwari, sorong, fakfak, mimika, timika, nabire, wamena, jayawijaya, biak
"""
PLACES: frozenset[str] = frozenset(
    name.strip() for name in f"{_PROVINCES.strip()},{_REGENCIES.strip()}".replace("\n", " ").split(",") if name.strip()
)
