"""Words and short phrases that tell what a text is about and what its writer wants, by cue.

`t_…` name the matter (towards the complaint's category), `f_…` the frame (complains, asks, begs, tells on, thanks …).
Written in standard Indonesian first, then how people spell it, then Javanese, Sundanese, Minang, Betawi, English.
Phrases have at most three words; commas part them. A word is also found with a clitic (-nya, -lah, -kah, -ku, -mu).
"""

LEXICON: dict[str, str] = {
    # The matter
    "t_aid": """
        bansos, bantuan, bantosan, bantuane, bansose, blt, kis, pbi, pbi-jk, bpjs pbi, bantuan sosial, bantuan tunai,
        kesra, dinsos, kemensos, mensos, jatah, penerima, undangan pos, sp2d, subsidi, bansosnya, bantuannya,
        bantuanku, pbi jk, kis-ku, kartu sehat, jkn, blt dana desa, blt-ne, hak saya, penyaluran, pencairan, cair,
        cairnya, medhal, undangan, undanganku, himbara, pos, dana, tunai, masuk daftar, masukkan nama
    """,
    "t_pkh": """
        pkh, pkh-ku, pkh-e, program keluarga harapan, komponen, graduasi, digraduasi, kpm, final closing, burekol
    """,
    "t_data": """
        dtsen, dtks, desil, desile, data, datane, didata, pendataan, padan, dukcapil, disduk, nik, terdaftar, terdata,
        kadaptar, survei, survey, disurvei, disurvey, surveinya, dicoret, nyoret, dicabut, exclude, sasaran, salah
        sasaran, tepat sasaran, ground check, usul, usulan, ngajuin, diusulkan, diusulke, sanggah, disanggah, sensus,
        pemutakhiran, musdes, tidak terdapat, dianggap mampu, dibilang mampu, tidak layak, operator desa, kk, ktp,
        almarhum, meninggal, dihapus, namanya, nama, jenengku, jenenge, ngaran, namo, data diri, nik-na, operator,
        verifikasi, diverifikasi, validasi, bnba, pemeringkatan, peringkat, tercatat, tercantum, kategori, layak,
        ditetapkan, ngadaptar, didaftar, didaftarkan, daftar nama, daftar penerima, gak terdaftar, dtks-e, tidak
        muncul, ora metu jenengku, nyurvei, survei ulang, petugas survei, data keluarga, almarhumah, wafat, sedo,
        ngantunkeun, dinaikkan
    """,
    "t_rich_gets": """
        yang kaya, orang kaya, punya mobil, punya motor, yang mampu, orang mampu, sugih, beunghar, nan kayo, tajir,
        juragan, gelang emas, keluarga perangkat, keluarga kades, istri kades, pemilik toko, pegawai negeri,
        kontrakan, sawah, itu itu, sawah lega, mobilnya, perhiasan, rumah tingkat, orang tajir, yang tajir, pns, sing
        sugih, sing nduwe, kontrakan pintu, aparat, saudara lurah, kerabat, orang dekat, pilih kasih, pandang bulu,
        rumah bagus
    """,
    "t_food": """
        bpnt, sembako, beras, bareh, beas, berasnya, kks, kks-ku, kartu merah putih, e-warong, ewarong, warong, agen,
        telur, minyak goreng, paket, bantuan pangan, kutu, kutuan, apek, saldo, gesek, digesek, pangan, minyak,
        minyakita, karung, bapanas, berase, beasna, kutune, gabah, bulog, rastra, raskin, daging ayam, telor, telorna,
        sembakonya, minyaknya, timbangan, atm kks, kartu kks, kartu aye
    """,
    "t_disability": """
        difabel, disabilitas, penyandang, kursi roda, tuli, netra, tunanetra, tuna rungu, tunarungu, tuna daksa, tuna
        grahita, tuna wicara, autis, lumpuh, cerebral palsy, cp, odgj, gangguan jiwa, dipasung, kaki palsu, tangan
        palsu, alat bantu dengar, bahasa isyarat, juru bahasa isyarat, jbi, slb, braille, stroke, gering jiwa, wong
        edan, deaf, blind, wheelchair, cacat, down syndrome, istimewa, difabelnya, penyandang disabilitas, tunadaksa,
        tongkat, alat bantu, prostetik, protesa, kaki palsunya, kursi rodanya, inklusi, inklusif, aksesibel, ramah
        disabilitas, jalur landai, lift, pembaca layar, subtitle, caption, disabilitas mental, gila, jiwa, kebutuhan
        khusus, abk, polio, buta, bisu
    """,
    "t_elderly": """
        lansia, nenek, kakek, simbah, mbah, simbahku, oma, opa, eyang, nini, aki, engkong, jompo, werdha, wreda, panti
        jompo, panti wredha, lanjut usia, permakanan, tua renta, renta, gaek, kolot, sebatang kara, pikun, umur 70,
        tahun lansia, grandma, grandpa, orang tua renta, lanjut, sepuh, lansianya, lansiana, kakek-kakek, nenek-nenek,
        nenek2, kakek2, mbah2, nini2, aki2, aki-aki, nini-nini, orang tua, wong tuwo, wong tuwa, pensiunan, usia
        lanjut, tua
    """,
    "t_child": """
        anak, anake, anakku, anak-anak, balita, bayi, bocah, budak, orok, yatim, piatu, yatim piatu, pahatu, yapi,
        atensi yapi, sekolah rakyat, putus sekolah, panti asuhan, anak jalanan, anak asuh, gizi buruk, stunting, pip,
        akta, susu, popok, cucu, putuku, putu, siswa, adopsi, pengangkatan anak, kid, kids, children, adik, remaja,
        bocil, ngemis, pengemis, anak yatim, anaknya, anak2, anak sekolah, budakna, bocah cilik, lare, larenya,
        pelajar, seragam, asrama, sr, guru sekolah rakyat, kekerasan anak, kpai, perundungan, dibully, bullying, orang
        tua asuh, anak angkat, posyandu, gizi, budak leutik, panti anak, putus sakola, tk, paud, sd
    """,
    "t_disaster": """
        banjir, gempa, lindu, longsor, kebakaran, tsunami, erupsi, galodo, puting beliung, pengungsi, pengungsian,
        ngungsi, ngungsian, posko, tenda, logistik, tagana, dapur umum, huntara, huntap, korban, evakuasi, terisolasi,
        bencana, terendam, kerendem, selimut, air bersih, stimulan, hunian sementara, tanggul, shelter, bnpb, rumah
        ambruk, hanyut, banjirnya, kebanjiran, lahar, angin, puting, kekeringan, korban banjir, korban gempa, korban
        kebakaran, korban longsor, mengungsi, pangungsian, tendo, tendanya, relawan, dapur, terpal, perahu, santunan,
        ahli waris, rumah rusak, rubuh, roboh, kebakar, hangus, siaga, barak, sirine, buffer stock
    """,
    "t_fraud": """
        dipotong, motong, memotong, potongan, pemotongan, potong, disunat, sunat, pungli, pungutan, setor, nyetor,
        jatah preman, uang terima kasih, uang bensin, uang lelah, administrasi, suap, sogok, amplop, korupsi,
        diselewengkan, penyelewengan, oknum, penipu, penipuan, tipu, ketipu, tertipu, nipu, kapusan, katipu, scam,
        palsu, akun palsu, mengaku, ngaku, mencatut, mengatasnamakan, minta otp, minta uang, minta duit, minta
        transfer, njaluk duit, menta duit, ditahan, dipegang, dicekel, dicepeng, dikuasai, pin, dipalak, maling,
        dijual, ditimbun, fiktif, bayar dulu, hotline aduan, iuran, sumbangan, kuitansi, daftar bayar, mayar, motongi,
        dipotongi, disunati, dipungut, minta jatah, minta bagian, minta cepek, uang rokok, uang pelicin, pelicin,
        calo, makelar, njaluki, nodong, jual beli, dijua, menilep, ditilep, gelapkan, digelapkan, nyelewengin,
        dikorupsi, gadungan, tiruan, modus, kena tipu, phishing, link palsu, nomor kartu, pin atm, atas nama kemensos,
        tipu-tipu, nipunya, bodong, disetor, sukarela, kwitansi, tanda terima, mark up, diambil ketua, diambil rt,
        biaya pendaftaran, biaya admin, dikenakan biaya, setoran, mamotong, didekek, diculik uangnya, ngumpulin kartu,
        nyekel kertu, gesek kartu
    """,
    "t_manner": """
        judes, jutek, galak, sengak, songong, sombong, bentak, membentak, dibentak, nesu, carekan, marah-marah, sopan,
        cuek, acuh, loket, antre, antri, antrean, antrian, ngantri, petugas, petugase, petugasnya, pegawai, pelayanan,
        call center, cs, tidak dibalas, tidak diangkat, tidak dijawab, ga dibales, ga diangkat, dilempar, dioper,
        pingpong, bolak balik, bolak-balik, jam kerja, pendamping, satpam, respon, 171, diusir, jam layanan, wewenang,
        dibalas, dibales, jawaban, pengaduan, laporan, dm, ditutup, kuota habis, tidak ramah, petugasna, petugasnye,
        petugas loket, mbak loket, pelayanannya, pelayanane, layanan, dilayani, ngelayanin, ngelayani, judesnya,
        diabaikan, dicuekin, dikacangin, cuma dibaca, dibaca doang, centang biru, ga direspon, gak direspon, tidak
        direspon, slow respon, slow resp, dijawab, ditanggapi, nanggapi, tanggapan, tindak lanjut, tanggung jawab,
        oper, dioper-oper, disuruh balik, disuruh pulang, disuruh, dititah, disuruah, nunggu lama, bertele-tele,
        berbelit, kantor tutup, tutup jam, buka jam, bukanya, sabtu, jam berapa buka, kasar, arogan, ngegas, nyolot,
        ketus, ngusir, hardik, dimarahi, dimarahin, dicarekan, dibentak-bentak, dipandang sebelah, diremehkan, nomer
        cs, hotline, email, wa kemensos, pegawainya, ngobrol, main hp, maen hape, admin, ghosting
    """,
    "t_app": """
        aplikasi, aplikasine, apk, app, error, eror, otp, login, log in, akun, web, website, webnya, situs, laman,
        server, loading, lemot, siks, siks-ng, captcha, kode verifikasi, verifikasi wajah, swafoto, selfie, upload,
        unggah, unggahan, password, pw, reset, crash, force close, force, update, versi, fitur, menu, tombol, klik,
        cekbansos, down, bug, sinkron, diakses, masuk akun, reinstall, playstore, notif, link, aplikasinya,
        aplikasinye, aplikasina, web-nya, webe, webna, sistem, sistemnya, siks-droid, dashboard, jaringan siks, ga
        bisa login, gagal login, lupa password, kata sandi, sandi, username, unduh, download, install, uninstall,
        loading terus, kode, kodena, registrasi, daftar akun, verif, foto ktp, foto rumah, android, iphone, gangguan
        sistem, muter-muter, muter, ngehang, hang, 502, 404, halaman
    """,
    "t_elsewhere": """
        sinyal, sinyale, kuota, pulsa, internet, wifi, provider, kurir, ekspedisi, resi, ongkir, checkout, refund,
        toko, seller, penjual, barang, pesanan, order, kereta, krl, bus, bis, ojol, driver, pesawat, maskapai, tol,
        jalan rusak, macet, listrik, mati lampu, padam, pdam, pln, token, bank, mobile banking, atm, film, filmnya,
        lagu, lagunya, konser, timnas, gol, wasit, pemain, bola, game, skin, diamond, hotel, kamar, makanan, rasa,
        menu makan, restoran, resep, harga, promo, diskon, skripsi, kampus, kuliah, dosen, ujian, cuaca, hujan, idol,
        artis, bioskop, tiket, parkir, tagihan, jaringan, saldo, transfer, parfum, baju, sepatu, kain, kampung kami
        hancur, jalanan, jembatan, tiang listrik, lampu merah, sampah, runtah, limbah, gas, pom bensin, bensin,
        sekolah, puskesmas, dokter, rumah sakit, apotek, bpjs kesehatan, wahana, supir, sopir, kasir, warung, nasi,
        soto, kopi, celana, tas, hp, laptop, baterai, iklan, streaming, video, channel, konten, serial, sinetron,
        drakor, musik, suara, vokal, stadion, pelatih, liga, persib, persija, motor, dealer, servis, bengkel, cicilan,
        leasing, asuransi, marketplace, shopee, tokopedia, gojek, grab, indihome, telkomsel, xl, tri, cod, undian,
        kaos, ukuran, warna
    """,
    # The frame
    "f_not_yet": """
        belum, blm, blom, belom, durung, dereng, teu acan, tacan, can, alun, belum juga, not yet, durung-durung,
        belum2, tak kunjung, tidak kunjung, belum ada, belum dapat, masih kosong, tacan aya, indak sampai, indak juo
    """,
    "f_never": """
        tidak pernah, tak pernah, belum pernah, ga pernah, gak pernah, nggak pernah, kaga pernah, kagak pernah, ora
        tau, mboten nate, tara, ndak pernah, boro-boro, seumur-umur
    """,
    "f_wait": """
        menunggu, nunggu, nungguin, nungguan, ngenteni, ditunggu, mananti, menanti, waiting, tunggu, mandek, gantung,
        digantung, proses
    """,
    "f_duration": """
        bulan, bln, tahun, thn, taun, sasi, minggu, hari, jam, sejak, dari kemarin, dari tadi, dari dulu, ket wingi,
        ti bulan, berbulan-bulan, bertahun-tahun, sampai sekarang, sampe sekarang, hingga kini, sampai saat ini, since
    """,
    "f_fail": """
        gagal, kosong, nol, zonk, nihil, hilang, ilang, leungit, mati, nonaktif, macet, stop, berhenti, eureun,
        terhenti, dihentikan, diblokir, ditolak, rusak, bocor, busuk, jelek, kurang, habis, bermasalah, keliru, salah,
        lepat, tidak masuk, tidak keluar, tidak cair, tidak dapat, tidak bisa, tidak sesuai, tidak jelas, tidak ada,
        ga bisa, gak bisa, ora iso, ora metu, teu tiasa, ndak bisa, kaga bisa, kagak bisa, ga dapet, ga masuk, gak
        masuk, pecah, hancur, parah, sulit, susah, dipersulit, ribet, ruwet, failed, tidak sampai, nyasar, nyangkut,
        lelet, lambat, ora cair, ora entuk, ora oleh, ora kumanan, ora digatekke, teu aya, teu nampi, teu kabagean,
        indak ado, indak dapek, ndak dapek, ndak ado, kaga dapet, kaga ada, kaga cair, ga ada, gak ada, nggak ada, ga
        cair, ga ada kabar, tidak tersalur, terblokir, keblokir, terpotong, kadaluarsa, kedaluwarsa, kotor, kusam,
        tipis, sobek, bau, basi, dingin, dicancel, dibatalkan, tidak kebaca, gak muncul, tidak muncul, dilewati,
        ke-skip, diganti, dialihkan, hangus, tertolak, error, eror, bug, lemot, down, crash, ga gerak, penyok, copot
    """,
    "f_late": """
        telat, terlambat, keterlambatan, molor, mundur, diundur, ditunda, delay, lama, suwe, lila, lambat, php, janji,
        dijanjikan, dijanjiin, janjine, tertunda, ngaret, kelamaan, lamanya, lama banget, lama bgt, berlarut-larut,
        lelet, lemot, mandeg, kedaluwarsa
    """,
    "f_repeat": """
        terus, mulu, melulu, wae, terus-terusan, lagi lagi, selalu, tiap hari, berkali-kali, kali, bola-bali, taruih,
        saben, again
    """,
    "f_why": """
        kok, kenapa, mengapa, ngapa, naha, kunaon, baa, why, masa, masak, lah kok, kok bisa, knp, kok bisa-bisanya,
        gimana sih, gimana nih, gmn nih, gmn sih, piye iki, kumaha ieu, mana nih, apa-apaan, ngapain, heran, lah, sih
    """,
    "f_grief": """
        kecewa, mengecewakan, capek, cape, lelah, kesal, kesel, marah, bete, nyesel, kapok, muak, sebel, rugi, tekor,
        sakit hati, ngeselin, keterlaluan, miris, tidak adil, ora adil, gak adil, payah, parah, buruk, sampah, bohong,
        omdo, pencitraan, mengeluh, mengeluhkan, keluhan, komplain, keberatan, mempertanyakan, menyayangkan,
        memalukan, nyesek, mumet, lieur, pusing, bingung, percuma, disappointed, ridiculous, horrible, useless, worst,
        bad, gajelas, ga jelas, gak jelas, ampun, heran, aneh, curang, males, malas, hareraneun, hanjakal, gelo,
        kuciwa, cuciwo, kesel pol, jengkel, geram, emosi, nyusahin, menyusahkan, memberatkan, dirugikan, merugikan,
        membingungkan, tidak profesional, asal-asalan, ngasal, amburadul, kacau, berantakan, semrawut, zonk, bubar,
        sia-sia, omong kosong, gimmick, modal janji, stres, frustasi, frustrasi, bosan, bosen, nyerah, nangis, kasihan
        rakyat, rakyat kecil, wong cilik, gak becus, tidak becus, tega, kejam, zalim, dzolim, hati nurani, boikot,
        tidak pernah beres, makin parah, gak beres, terparah, seenaknya, ogah, ilfil, tertipu, bohongin, diboongin,
        dibohongi
    """,
    "f_ask": """
        apa, apakah, apa saja, kapan, kapankah, bagaimana, gimana, gmn, berapa, brp, berapakah, di mana, dimana, dmn,
        dmna, kemana, ke mana, siapa, siapakah, bisakah, bolehkah, adakah, benarkah, mana, nopo, pinten, pundi, kados
        pundi, sinten, iraha, kumaha, naon, sabaraha, saha, bilo, apo, bara, ape kaga, what, when, how, where, who, is
        there, can i, do i, does, mau tanya, izin bertanya, numpang tanya, nanya, tanya, bertanya, ya kak, ga ya, gak
        ya, ya min, apa tidak, atau tidak, apa gimana, opo, piye, pripun, priwe, ora to, boleh tahu, boleh tau, ada
        yang tahu, ada yg tau, minta info, mohon info, mohon informasi, info dong, spill dong, cara, caranya, carane,
        carana, syarat, syaratnya, batas, prosedur, maksudnya, bedanya, beda, biayanya, alamatnya, linknya, nomornya,
        jadwalnya, perlu, harus bawa, bisa ga, bisa gak, bisa tidak, boleh ga, boleh gak, masih ada, masih bisa,
        termasuk ga, kelebet, saged, tos muka, why
    """,
    "f_beg": """
        tolong, mohon, minta, mintak, bantu, bantuin, dibantu, tolongin, tulung, nyuwun, nyuwun tulung, nyuhunkeun,
        pang, punten, bantosan, please, pls, plis, could you, can you, help, minta tolong, mohon bantuan, memohon,
        meminta, mengharapkan, kiranya, tolonglah, bagi kontak, cek dm, cekin, bagi dong, mbok, usut, diusut, tindak,
        ditindak, tertibkan, request, nyuwun pitulung, tulungan, tulungin, bantosanana, mugi dibantu, mohon dibantu,
        mohon kiranya, mohon agar, mohon ditindak, mohon diperbaiki, mohon maaf, kabulkan, perhatikan, mohon
        perhatian, dibantu ya, tolong dong, dm ya, cek dm min, bales dong, dibales dong, balas dong, minta dong,
        mintain, pangaktipkeun, pangmasukkeun, pangcekkeun, diperhatikan, datang ke, turun langsung, kunjungi, tengok,
        tiliki, adakan, sediakan, kirim, kirimkan, kirimin, share link, share dong
    """,
    "f_tell": """
        lapor, laporan, melapor, melaporkan, laporkan, malapor, dilaporkan, ngelapor, dugaan, diduga, ada oknum, ketua
        rt, pak rt, kades, kadus, lurah, rw, perangkat desa, tetangga, tonggoku, tetangga saya, warga, warga sini,
        tempat saya, kampung, lembur, ada yang, ono sing, ono wong, aya nu, ada orang, ada anak, ada nenek, ada kakek,
        ada bayi, ditemukan, barusan, spill, bukti, usut, kasus, oknum, wali jorong, carik, ketua kelompok, pengurus,
        oknumnya, dukuh, pak dukuh, jorong, pamong, bu rt, bu rw, anak buah, orang dalem, agen di, kepala desa, kepala
        dusun, sekdes, aparat, aparat desa, warga kami, masyarakat, di desa kami, di kampung kami, di kelurahan kami,
        di tempat gue, di tempat saya, di gang, sebelah rumah, samping rumah, saya liat, saya lihat, gue liat, i saw,
        terlihat, ditemukan warga, ditemokke, ketahuan, ngaku-ngaku, aya jalmi, aya budak, ado urang, ono bocah, ono
        odgj, ada lansia, ada tempat, ada akun, ada mas, ada warga, ada gadis, seorang, sekelompok, temuan, kami
        temukan, nongkrong, tabrakan, kecelakaan, copet, begal, maling, dijebak, dugaan penyelewengan, menduga
    """,
    "f_thanks": """
        terima kasih, terimakasih, makasih, makasi, makasii, mksh, trims, matur nuwun, matur suwun, suwun, hatur
        nuhun, nuhun, tarimo kasih, thank, thanks, tq, alhamdulillah, syukur, bersyukur, apresiasi, berterima kasih,
        makasiii, makasiiii, mksih, tengkyu, tengkiu, thx, nuwun, matur, alhamdulilah, alhamdullilah, puji tuhan, puji
        syukur, berkat, akhirnya cair, akhirnya, finally
    """,
    "f_praise": """
        keren, mantap, mantul, mantep, bagus, hebat, salut, respect, bangga, proud, semangat, sukses, lanjutkan,
        terbaik, top, jempol, joss, jos, rancak, sae, saé, bageur, ramah, baik, baek, bae, cepat, sabar, helpful,
        love, great, amazing, best, inspiratif, bermanfaat, sehat selalu, senang, seneng, girang, nyaman, enak,
        ngeunah, lamak, puas, memuaskan, recommended, lancar, berkah, barokah, adem, cakep, goks, goat, merinding,
        amanah, mandiri, pahlawan, worth it, cantik, indah, suka, selamat, smooth, good job, good, nice, impressed,
        impressive, wow, sangar, gokil, gila keren, kece, kocak, lucu, gemes, joss gandos, grapyak, someah, telaten,
        alus, endah, merdu, sempurna, rapi, bersih, bagja, bahagia, sukacita, tulus, luar biasa hebat, berhasil, tepat
        waktu, gercep, gesit, dua jempol, mantab, ajib, mendoakan, sehat terus, panjang umur, maju terus, hormat,
        sumangaik, sumanget, sangat membantu, membantu sekali, ga nyesel, gak nyesel, juara, idola, favorit, ciamik,
        happy, respek, istimewa
    """,
    "f_suggest": """
        sebaiknya, mending, mendingan, saran, sarannya, usul, mengusulkan, disarankan, menyarankan, alangkah, alangkah
        baiknya, lebih baik, luwih apik, luwih becik, coba, cobain, saena, langkung sae, labiah elok, enakan,
        daripada, drpd, seharusnya, harusnya, semestinya, perlu, perlu dipertimbangkan, kiranya perlu, masukan, bikin,
        bikinin, tambahin, maybe you, you should, should, kalau bisa, yen iso, next, perbanyak, would be, mbok yo,
        kudune, kuduna, seyogianya, seyogyanya, hendaknya, idealnya, lebih bagus, lebih oke, akan lebih, coba deh,
        coba ada, ditambah, ditambahin, dikasih, kasih, tambahkan, kalau boleh usul, ide, usulku, gimana kalau,
        bagaimana kalau, jangan cepat, jangan mall, gandeng, perbaiki, tingkatkan, ditingkatkan, lebih transparan,
        cobian, next video, request konten
    """,
    "f_forward": """
        sebarkan, sebarno, sebarke, sebakan, bagikeun, sebar, sebarin, share, viralkan, teruskan, forward, katanya,
        katane, kate, jare, jarene, cenah, kata grup, grup sebelah, info dari, info dr, pesan berantai, kabar, konon,
        rt sebelum, jangan putus, a1, kiriman, fakta, ditutup-tutupi, sembunyikan, disembunyikan, breaking, klaim,
        menurut kabar, beredar, sebelum dihapus, bagikan, bagikan ke, kirim ke, tolong share, tolong sebarkan, share
        ya, info valid, info penting, ternyata, konspirasi, ditutupin, media tidak, rakyat harus tau, harus tau,
        buruan, segera daftar, klik link, isi data, tautan ini, orang dalem bilang, om gue, dukun, ramalan, grup wa
    """,
    "f_sell": """
        jual, menjual, manjua, dodolan, ngical, open, ready, stok, cod, cek bio, di bio, bio, link di bio, keranjang,
        keranjang kuning, wa saya, chat admin, japri, inbox, dm aja, hubungi, order sini, follow, follback, folbek,
        subscribe, sub4sub, mampir, pinjol, pinjaman, dana cepat, dana tunai, gadai, bunga ringan, cuan, penghasilan,
        reseller, lowongan, loker, part time, gaji harian, jasa, followers, skincare, herbal, obat kuat, gacor,
        maxwin, slot, depo, wd, jp, scatter, rtp, togel, toto, jackpot, profil saya, profil, modal receh, tanpa modal,
        konsultasi gratis, jualan murah, harga pelajar, gratis konsultasi, diskon, promo, free ongkir, pesan via, bisa
        dikirim, hubungi kami, kunjungi profil, kunjungi kanal, silakan kunjungi, kanal kami, reseller yuk, join,
        gabung, daftar sekarang, bonus, new member, anti rungkad, rungkad, menang, modal, cuan dari sini, testimoni,
        cek profil, profil ku, profil gue, ajakin, penghasilan tambahan, jamu, terapi, peninggi, pelangsing, preloved,
        kursus, dm terbuka, jasa ketik, jual akun, gabung tim, spin, zeus, pola, link alternatif, depo receh, wd
        lancar, semalam wd, admin fast
    """,
    "f_but": """
        tapi, tp, namun, tetapi, cuman, sayangnya, sayang, ning, nanging, but, padahal, pdhl, nyatanya, ujungnya,
        malah, tapinya, cuma, hanya saja, cuman ya, tapi kok, tapi kenapa, kenyataannya, kenyataan, giliran
    """,
    "f_mock": """
        selamat ya, hebat ya, bagus ya, luar biasa, prestasi, mungkin, wkwk, prank, kata nya, konon, canggih, saking,
        pelayanan prima
    """,
    "f_mine": """
        saya, sy, aku, gue, gua, gw, kami, kita, ibu saya, aye, kulo, abdi, ambo, kite, my, mama, nyokap, emak, bapak
        saya, istri saya, suami saya, mertua, ortu, sayah, aing, urang, kulo niki, nyonge, inyong, awak, den, denai,
        keluarga kami, keluarga saya, rumah saya, rumahku, omahku, punyaku, punya saya, anak saya, anakku, anak gue,
        anak aye, nenek gue, nenek saya, adik saya, adek gue, pesanan saya, paket saya, paket gue
    """,
    "f_danger": """
        tolong cepat, kejebak, terjebak, sekarang, tenggelam, sedada, sepinggang, arus, hanyut, dipukuli, dipukul,
        disiksa, disekap, diperkosa, dilecehkan, bunuh diri, mengakhiri hidup, pengen mati, kejang, sesak napas,
        pingsan, dirantai, darurat, sos, belum makan, ora mangan, tidak makan, ga makan, kaga makan, kelaparan,
        ambruk, dibuang, golok, luka, sakit, lemas, obat, cuci darah, operasi, hemodialisis, kritis, gantung diri,
        tolong sekarang, naik terus, belum dievakuasi, penculikan, diancam, ngamuk, tabrakan, tertimpa, longsor
        barusan, nangis terus, lebam, jebol, menjerit, kebakaran, api
    """,
    "f_chat": """
        hadir, nyimak, absen, pertamax, first, up, setuju, betul, bener, iya, leres, oh, oalah, ooh, oke, ok, siap,
        baik min, aamiin, amin, semoga, mugi, mugia, wkwk, wkwkwk, haha, hahaha, ngakak, relate, kasihan, kasian,
        mesakne, karunya, sedih, nangis, nonton, innalillahi, turut berduka, berbelasungkawa, rip, selamat hari,
        lebaran, kangen, ngopi, otw, besok, kemarin, wingi, tadi, coba tanya, sabar ya, hoax, hoaks, wkwkwkwk, hehe,
        hihi, anjay, anjir, gaskeun, gas, otewe, mantau, stalking, komen, komentar, met, happy, semoga tenang, ikut
        senang, sama bu, sama kak, lihat ini, baca nih, mirip, siapa ini, tf, order ya, ditunggu ya, tanya ke, takon,
        taroskeun, cek aja, cek saja, lewat rt, lewat desa, seuri, nyobain
    """,
    "f_inform": """
        digelar, menggelar, diumumkan, dijadwalkan, berlangsung, meresmikan, rapat, sudah cair, sudah bisa, lewat pos,
        pengumuman, info, menurut, sosialisasi, jadwal, pukul, hari ini, setahu saya, sepengetahuan, biasanya,
        tinggal, masuk menu, mengumumkan, diselenggarakan, dilaksanakan, tercatat, berdasarkan, dibuka, selesai, akan
        digelar, webinar, per jam, sudah normal, tahap, wib, berencana, dipindahkan, masih proses, bertahap, giliran,
        sesuai jadwal, kabarnya, dihimpun, noted, ngerti aku, baru tau, baru ngerti
    """,
}
