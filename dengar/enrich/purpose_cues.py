"""The set phrases by which official captions show their purpose, whatever the matter; written from general knowledge."""

from __future__ import annotations

# Phrases of a purpose on lower-cased text; each alternative that is found counts once.
CUES: dict[str, tuple[str, ...]] = {
    "education": (
        r"tahukah|tau (?:gak|nggak|ga) sih|\btahu (?:tidak|nggak|gak)\b|fakta unik|did you know",
        (
            r"\bkenali|\bpahami|\bpelajari|mengenali|belajar (?:bareng|memahami|mengenal|mem\w+)"
            r"|yuk (?:kita )?(?:kenali|pahami|belajar)"
        ),
        r"\btips\b|\d+ (?:cara|langkah|hal|tanda|ciri|manfaat|etika|kebiasaan)\b|kiat|trik",
        r"\bmitos\b|\bapa bedanya\b|\bpenyebab|gejala|\bbahaya\b.{0,20}\bbagi\b|tanda-tanda|ciri-ciri",
        r"kata psikolog|menurut (?:psikolog|dokter|ahli)|penjelasan (?:psikolog|dokter|ahli|\d)|ini kata",
        (
            r"\bcara (?:merawat|mendampingi|menghadapi|mencegah|mengatasi|mengatur|mencatat|membaca|menolong"
            r"|menyimpan|mengelola|berkomunikasi|menuntun|mencuci)"
        ),
        (
            r"bukan (?:cuma|sekadar|sekedar|hanya) (?:soal|pendek|tentang)|jangan (?:sebut|dipaksa|panik"
            r"|membandingkan)|\bhindari\b"
        ),
        (
            r"literasi|edukasi|\bpenting(?:nya)?\b.{0,20}\b(?:bagi|untuk) (?:anak|keluarga|kesehatan)|kelas (?:ibu"
            r"|orang tua)|\bmateri\b"
        ),
        r"\bapa (?:sih|itu)\b.{0,30}\b(?:inflasi|autisme|stunting|demensia|bullying|depresi|trauma|stres|anemia)",
        r"simpan (?:postingan|dan bagikan|ya)|(?:geser|swipe|slide).{0,20}(?:tips|penjelasan|fakta|belajar|resep)",
    ),
    "programme_information": (
        r"\bsyarat|\bkriteria|persyaratan|dokumen yang (?:di)?perlu",
        (
            r"\bapa itu (?:program|pkh|bpnt|dtsen|dtks|atensi|kip|kis|pip|blt|sekolah rakyat|kartu|bsu)"
            r"|\bmengenal (?:program|dtsen|atensi|kartu|layanan)|kenali program"
        ),
        r"besaran|nominal|senilai rp|per (?:bulan|tahun|tahap|orang|keluarga|jiwa)\b|maksimal rp|iuran",
        (
            r"\bcara (?:daftar|mendaftar|cek|mengecek|usul|mengusul\w+|mengajukan|aktivasi|reaktivasi|klaim"
            r"|mencairkan|mengurus|membuat)|\balur\b|langkah reaktivasi|mekanisme|prosedur|tata cara|tutorial"
        ),
        (
            r"sasaran(?:nya)?\b|penerima (?:manfaat )?(?:adalah|yaitu|pkh|bpnt|blt)|diperuntukkan"
            r"|ditujukan (?:bagi|untuk)|berhak (?:menerima|mendapat)"
        ),
        r"\badalah (?:bantuan|program|layanan|kepesertaan|kartu)|merupakan program|program (?:ini|yang)\b|komponen",
        (
            r"layanan .{0,30}(?:melayani|mencakup|meliputi|24 jam)|melayani (?:apa|peng)|bebas pulsa"
            r"|manfaat(?:nya)? (?:sama|program|peserta|layanan)|fasilitas"
        ),
        r"ditanggung (?:negara|pemerintah|pusat)|dibayar pemerintah|tidak dipungut|skema|tenor|stimulan",
        r"\bvs\b|bedanya (?:pkh|bpnt|desil|kip|kis|kks|bansos)|sering tertukar",
        r"siapkan (?:fotokopi|ktp|kk|berkas)|bawa fotokopi|cukup bawa|unduh aplikasi|buka (?:situs|laman)",
    ),
    "announcement": (
        r"\bpengumuman|diumumkan|diberitahukan|mengumumkan|\bumumkan|\binfo penting\b|sehubungan dengan",
        (
            r"\bjadwal|save the date|catat tanggal|segera hadir|nantikan|saksikan .{0,30}(?:pukul|besok|malam ini)"
            r"|coming soon"
        ),
        (
            r"\bmulai (?:hari ini|besok|tanggal|senin|selasa|rabu|kamis|jumat|sabtu|minggu|\d{1,2} \w+)"
            r"|berlaku mulai|dimulai"
        ),
        (
            r"(?:telah|sudah|resmi|kembali) dibuka|dibuka (?:sampai|hingga|mulai|kembali)|pendaftaran (?:dibuka"
            r"|ditutup|tutup)|ditutup|diperpanjang|diundur|ditunda|dibatalkan|batas akhir|hari terakhir"
        ),
        (
            r"akan (?:dilaksanakan|digelar|diselenggarakan|berlangsung|dilakukan|dibagikan|dilantik)"
            r"|dilaksanakan (?:pada|hari|senin|rabu|sabtu|\d)"
        ),
        r"(?:pukul|jam) \d{1,2}|\bwib\b|\bwita\b|\bwit\b|bertempat",
        r"surat edaran|keputusan menteri|ditetapkan|menetapkan|resmi[:!]|berdasarkan (?:surat|se)\b|tarif baru",
        r"peringatan dini|waspada (?:cuaca|hujan)|status (?:gunung|klb|tanggap)|breaking",
        r"selamat (?:hari|bertugas|tahun|merayakan|idul)|dirgahayu|duka cita|berduka|innalillahi|mengucapkan",
        (
            r"tutup (?:hari|sementara|pada)|libur (?:nasional|bersama|lebaran)|pindah ke|pemeliharaan|jam layanan"
            r"|rekrutmen|kelulusan|cpns"
        ),
    ),
    "accountability": (
        r"realisasi|serapan|anggaran|apbdes|\bapbn\b|pagu|triliun|\bbelanja negara",
        (
            r"\blaporan (?:keuangan|donasi|serapan|hasil|pelaksanaan|penggunaan|kegiatan|p2k2)|\brekap"
            r"|transparansi|pertanggungjawaban|melaporkan"
        ),
        (
            r"(?:telah|sudah) (?:menerima|tersalur|disalurkan|diterima|dikirim|ditindaklanjuti|ditangani|selesai"
            r"|diserahkan|menjangkau|dibagikan|dihapus|dialihkan)|tersalur|hingga hari ini"
        ),
        (
            r"menyerahkan (?:bantuan|\d+)|serahkan bantuan|meresmikan|meninjau|menyalurkan|mengevakuasi"
            r"|melaksanakan|menutup pelatihan|membangun \d+"
        ),
        (
            r"capaian|kinerja|satu tahun|(?:naik|turun|tumbuh) (?:menjadi |dari )?\d|\bpersen\b|evaluasi"
            r"|prevalensi|hasil (?:survei|audit|pemutakhiran|evaluasi|efisiensi)"
        ),
        r"\bbpk\b|wajar tanpa pengecualian|\bwtp\b|diaudit|inspektorat|opini",
        (
            r"\bdari [\d.,]+ (?:aduan|laporan|target)|\baduan\b.{0,40}(?:selesai|ditangani)|menindaklanjuti"
            r"|tindak lanjut|dikoreksi"
        ),
        (
            r"\bgiat\b|kegiatan hari ini|monitoring|kunjungan kerja|verifikasi lapangan|sebanyak \d+"
            r"|\d[\d.,]* (?:paket|kpm|ton|warga|rumah|orang)\b"
        ),
    ),
    "testimony": (
        (
            r"\bkisah|\bcerita(?:nya)? (?:haru|sukses|inspiratif|bu|pak|mbah|kang|mas|warga|abah|penerima"
            r"|\w+ yang)|bercerita|inspira"
        ),
        (
            r"\bdulu\b.{0,80}\b(?:kini|sekarang|skrg)\b|sejak (?:memakai|menerima|ikut|dapat)|\bkini (?:jadi|bisa"
            r"|punya|memimpin|ia|mas|pak|bu)\b"
        ),
        (
            r"[\"“][^\"”]{8,}[\"”],? (?:ujar|kata|tutur|ucap|ungkap)|\b(?:kata|tutur|ujar) (?:bu|pak|mbah|dimas"
            r"|nenek|ibu|bapak)\b"
        ),
        r"nama saya|cita-cita saya|saya (?:dulu|sempat|cuma|hanya)\b|\bhidup saya\b|anak saya|rumahnya hilang",
        (
            r"alhamdulillah .{0,60}(?:saya|sekarang|punya|ditanggung)|terharu|haru\b|\btangis|menginspirasi"
            r"|bangkit|perjuangan"
        ),
        (
            r"perjalanan(?:nya)? (?:pulih|hidup|\w+ alumni)|pengalaman(?:nya)? (?:menjadi|kak|sebagai)"
            r"|berbagi pengalaman|testimoni|naik kelas|lulus cum laude|berhasil"
        ),
        r"sebatang kara|yatim sejak|penyintas .{0,30}(?:bercerita|menjadi)|bukan halangan|keterbatasan|membuktikan",
    ),
    "behind_the_scenes": (
        r"behind the scene|\bbts\b|di ?balik (?:layar|nasi|meja|headset|kamera)|di balik pembuatan|balik layar",
        r"\bintip|ngintip|mengintip|\bspill\b|\bcandid|momen (?:ringan|yang tidak|lucu)|bocoran",
        (
            r"a day in|\bsehari (?:bersama|bareng|jadi|sebagai)|keseharian|ikuti (?:kegiatan|keseharian)|\bpov\b"
            r"|\bvlog\b|ikut yuk"
        ),
        (
            r"begini (?:cara (?:tim|relawan|kami)|proses|persiapan|suasana|lah cara)|beginilah cara"
            r"|proses (?:pembuatan|guru|rahasia|kami|pasang)|lihat (?:proses|ritme|dari dekat|dapur)|melihat dapur"
        ),
        r"persiapan|\bh-\d\b|gladi|loading|\btake\b|syuting|shooting|ngepak|rapat persiapan",
        (
            r"yang (?:tidak|nggak|gak|tak) (?:kalian|terlihat|pernah masuk|masuk)|kalian lihat|pernah penasaran"
            r"|penasaran (?:nggak|gak|siapa|bagaimana)"
        ),
        (
            r"tim (?:humas|kreatif|gudang|logistik|di balik|rekam)|\badmin (?:medsos|sosmed)|ruang (?:kerja"
            r"|operator|kendali|make)|isi (?:tas|koper)"
        ),
        r"\bkopi(?:nya)?\b|mata panda|jam [2-5] pagi|tengah malam|belum tidur|dari subuh|wkwk|🤣|😂|guys",
    ),
    "interview": (
        r"wawancara|interview|doorstop|\bq ?& ?a\b|tanya[- ]jawab|tanya tanya",
        r"podcast|episode|\beps\b|talkshow|talk show|\bdialog\b|\bhost\b|siniar",
        r"\bngobrol|\bbincang|berbincang|obrolan|\bngopi bareng|bertukar pikiran|\bdiskusi(?:nya)?\b|satu meja",
        r"narasumber|bersama (?:dr|prof|pakar|ahli|psikolog|dokter|direktur|deputi|komika|kepala)|pengamat|pakar",
        (
            r"menjawab (?:pertanyaan|netizen)|\d+ pertanyaan|kami tanya|ditanya|dokter jawab|jawaban (?:nomor|atas"
            r"|polos)|pertanyaan (?:pertama|dari|wartawan)|vox pop|kami (?:me)?wawancara"
        ),
        r"wartawan|jurnalis|awak media|pemirsa|presenter|selamat datang (?:kembali )?di|apa kabar (?:pak|bu)",
        r"boleh ngobrol|apa rasanya|kalau boleh tahu|silakan dijawab|buka-bukaan",
    ),
    "clarification": (
        r"hoaks|hoax|\bkabar bohong|cek fakta|fakta atau|disinformasi|misinformasi",
        r"klarifikasi|meluruskan|luruskan|ralat|koreksi atas|pembetulan|permohonan maaf|hak jawab",
        (
            r"(?:itu |adalah |tersebut |yang )?tidak benar|\bkeliru|salah (?:paham|kaprah)|\bitu salah|\bsalah\."
            r"|tidak sesuai fakta|\bbukan milik|bukan dokumen resmi"
        ),
        r"\bbantah|membantah|tudingan|menanggapi|kami tegaskan|kronologi|siaran pers",
        r"\bfaktanya|\bkatanya\b.{0,80}\bfakta|konteks|yang benar|sebenarnya|benarkah",
        (
            r"(?<!kaki )(?<!tangan )(?<!gigi )\bpalsu|mencatut|mengatasnamakan|penipuan|modus|jangan (?:percaya"
            r"|tertipu|disebarkan|mudah percaya)|stop di kamu|buatan ai"
        ),
        r"beredar|\bisu\b|pesan berantai|\bviral\b|narasi|tangkapan layar",
        (
            r"bukan (?:berarti|dihapus|\d|bunga)|tidak pernah (?:menelepon|meminta|memungut|mengatakan|menyuruh)"
            r"|tidak memungut"
        ),
    ),
    "participation": (
        (
            r"\bayo\b|\bmari\b|\byuk\b|\bmonggo\b|saatnya (?:kita|kamu)|saya mengajak|kami mengajak"
            r"|kami mengundang|diundang"
        ),
        (
            r"\blaporkan|lapor (?:ke|lewat|kami)|kirim (?:foto|tulisan|laporan|ke)|\badukan|ikut (?:sanggah"
            r"|memperbaiki|mengawasi)|sanggah"
        ),
        r"relawan|gotong royong|kerja bakti|donor|bergabung|\bgabung|jadi (?:relawan|agen|duta|pendonor)|dibutuhkan",
        r"survei|kuesioner|polling|jajak|masukan|konsultasi publik|pendapatmu|suaramu|\bnilai layanan|beri bintang",
        r"donasi|sedekah|salurkan (?:bantuan|donasi)|patungan|sisihkan (?:pakaian|rezeki)|sumbang",
        (
            r"musyawarah|\busul(?:kan|an|anmu|kamu)\b|hadiri|ikut menyusun|petisi|tandatangani|komitmen bersama"
            r"|\bdukung\b"
        ),
        (
            r"kolom komentar|komen (?:\"|di|aku)|tulis (?:di|kota|usul)|cerita(?:kan)? di|share kendala|tag teman"
            r"|di bawah"
        ),
        r"gerakan|kampanye|satu (?:laporanmu|kebaikanmu|klikmu)|bersama kita|bantu kami|ikutan|siapa mau",
    ),
    "challenge": (
        r"challenge|tantangan|tantang|\bmenantang|menantang",
        r"\blomba|kompetisi|sayembara|olimpiade|hackathon|battle|\badu (?:ide|bakat|cepat)|kontes|rebut",
        (
            r"\bhadiah|berhadiah|pemenang|\bjuara\b|menangkan|memenangkan|jutaan rupiah|total \d+ juta|merchandise"
            r"|dapat (?:kaos|paket|voucher|laptop)"
        ),
        r"\bkuis|\bquiz|tebak|teka-teki|giveaway|bagi-bagi voucher",
        r"#\w*(?:challenge|tantangan|lomba|hari)\w*|\bduet\b|tag (?:tiga|3|2|dua|kami|sekolah)|giliranmu|estafet",
        (
            r"\bberani\b|\bsanggup|seberapa (?:cepat|lama|kenal|kuat)|buktikan|\d+ (?:hari|days)\b|hari (?:pertama"
            r"|kedua|ketiga|ke-\d)|rekor"
        ),
        (
            r"\bpeserta\b|ketentuan lomba|syarat(?:nya)? lomba|like terbanyak|penjawab tercepat|unggah (?:progres"
            r"|hasil|cerita|sertifikat)"
        ),
    ),
}
