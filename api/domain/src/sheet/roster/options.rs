//! The words by which people mean an option.

use crate::Value;

/// Options with the words by which people mean them; the first that fits is it.
pub type Options = &'static [(&'static str, &'static [&'static str])];

pub const SEXES: Options = &[
    ("male", &["男", "male", "m"]),
    ("female", &["女", "female", "f"]),
];
pub const FLOWS: Options = &[
    (
        "returning",
        &[
            "返乡",
            "回乡",
            "返回",
            "回家",
            "已返",
            "returning",
            "comingback",
            "cominghome",
        ],
    ),
    (
        "staying",
        &[
            "留鲁",
            "留岗",
            "留在",
            "就地",
            "本地",
            "未外出",
            "在岗",
            "staying",
        ],
    ),
    (
        "leaving",
        &[
            "外出", "离乡", "返岗", "出省", "leaving", "goingout", "away",
        ],
    ),
];
pub const DOCUMENTS: Options = &[
    ("resident_id", &["身份证", "residentid", "idcard"]),
    (
        "hmt_permit",
        &["港澳", "台湾", "通行证", "居住证", "permit"],
    ),
    ("passport", &["护照", "passport"]),
];
pub const EDUCATIONS: Options = &[
    ("primary", &["小学", "primary"]),
    ("middle", &["初中", "middle"]),
    (
        "vocational",
        &["中专", "技校", "职高", "职业", "技工", "中技", "vocational"],
    ),
    (
        "college",
        &[
            "大专",
            "专科",
            "本科",
            "大学",
            "高职",
            "研究生",
            "硕士",
            "博士",
            "college",
        ],
    ),
    ("high", &["高中", "high"]),
];
pub const TRADES: Options = &[
    (
        "construction",
        &[
            "建筑",
            "建工",
            "瓦工",
            "木工",
            "钢筋",
            "泥瓦",
            "装修",
            "水电",
            "油漆",
            "架子",
            "construction",
        ],
    ),
    ("delivery", &["快递", "外卖", "配送", "送货", "delivery"]),
    (
        "transport",
        &[
            "司机",
            "驾驶",
            "运输",
            "货运",
            "物流",
            "transport",
            "driver",
        ],
    ),
    ("catering", &["餐饮", "厨师", "酒店", "饭店", "catering"]),
    ("security", &["保安", "安保", "security"]),
    (
        "domestic",
        &["家政", "保姆", "月嫂", "护工", "保洁", "domestic"],
    ),
    (
        "factory",
        &[
            "工厂",
            "制造",
            "普工",
            "电子",
            "服装",
            "纺织",
            "车间",
            "焊工",
            "机械",
            "factory",
            "manufacturing",
        ],
    ),
    ("farming", &["农业", "种植", "养殖", "渔", "farm"]),
    (
        "service",
        &["服务", "销售", "零售", "商", "理发", "美容", "service"],
    ),
    ("other", &["其他", "其它", "other"]),
];
pub const CATEGORIES: Options = &[
    (
        "hard_to_place",
        &["就业困难", "hardtoplace", "hardtofindwork"],
    ),
    ("low_income", &["低收入", "低保", "lowincome"]),
    ("out_of_poverty", &["脱贫", "建档立卡", "outofpoverty"]),
];

/// A text's letters and figures, in small letters.
pub fn folded(text: &str) -> String {
    let kept = text.chars().filter(|c| c.is_alphanumeric());
    kept.flat_map(char::to_lowercase).collect()
}

/// The option that a text means; `None` if it is none of them.
pub fn option(options: Options, text: &str) -> Option<Value> {
    let text = folded(text);
    // A single Latin letter means something only by itself.
    let means = |word: &&str| {
        if word.len() == 1 {
            text == **word
        } else {
            text.contains(*word)
        }
    };
    let exact = |(_, words): &&(&str, &[&str])| words.contains(&text.as_str());
    let fits = |(_, words): &&(&str, &[&str])| words.iter().any(means);
    // "female" holds "male".
    let found = options
        .iter()
        .find(exact)
        .or_else(|| options.iter().find(fits));
    found.map(|(key, _)| (*key).into())
}
