//! What a roster's column can mean, and by which words one knows it.

use serde::{Deserialize, Serialize};

/// The meaning of a column.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    Name,
    Sex,
    Birth,
    Document,
    IdNumber,
    Phone,
    Township,
    Village,
    Head,
    Address,
    Flow,
    WorkArea,
    Trade,
    Priority,
    HardToPlace,
    LowIncome,
    OutOfPoverty,
    Education,
    Skill,
    Returned,
    Leaves,
    Note,
    /// One of the campaign's own fields, by its place among [`super::own::of_roster`].
    Own(u8),
}

impl Field {
    /// In the order in which one looks for them; a campaign's own are none of these.
    pub const ALL: &'static [Field] = &[
        Self::Name,
        Self::Sex,
        Self::IdNumber,
        Self::Birth,
        Self::Document,
        Self::Phone,
        Self::Township,
        Self::Village,
        Self::Head,
        Self::Address,
        Self::Flow,
        Self::WorkArea,
        Self::Trade,
        Self::Priority,
        Self::HardToPlace,
        Self::LowIncome,
        Self::OutOfPoverty,
        Self::Education,
        Self::Skill,
        Self::Returned,
        Self::Leaves,
        Self::Note,
    ];

    /// The key of its label.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Name => "worker.name",
            Self::Sex => "worker.sex",
            Self::Birth => "worker.birth",
            Self::Document => "worker.document",
            Self::IdNumber => "worker.id_number",
            Self::Phone => "worker.phone",
            Self::Township => "roster.township",
            Self::Village => "roster.village",
            Self::Head => "household.head",
            Self::Address => "household.address",
            Self::Flow => "worker.flow",
            Self::WorkArea => "worker.work_area",
            Self::Trade => "worker.trade",
            Self::Priority => "worker.priority",
            Self::HardToPlace => "worker.priority.hard_to_place",
            Self::LowIncome => "worker.priority.low_income",
            Self::OutOfPoverty => "worker.priority.out_of_poverty",
            Self::Education => "worker.education",
            Self::Skill => "worker.skill",
            Self::Returned => "worker.returned_on",
            Self::Leaves => "worker.leaves_on",
            Self::Note => "worker.note",
            Self::Own(_) => "admin.set.own",
        }
    }

    /// The worker's cell that it fills, if it fills one.
    pub const fn cell(self) -> Option<&'static str> {
        Some(match self {
            Self::Name => "name",
            Self::Sex => "sex",
            Self::Birth => "birth",
            Self::Document => "document",
            Self::IdNumber => "id_number",
            Self::Phone => "phone",
            Self::Flow => "flow",
            Self::WorkArea => "work_area",
            Self::Trade => "trade",
            Self::Priority | Self::HardToPlace | Self::LowIncome | Self::OutOfPoverty => "priority",
            Self::Education => "education",
            Self::Skill => "skill",
            Self::Returned => "returned_on",
            Self::Leaves => "leaves_on",
            Self::Note => "note",
            Self::Township | Self::Village | Self::Head | Self::Address | Self::Own(_) => {
                return None;
            }
        })
    }

    /// The column that fills a worker's cell.
    pub fn of(cell: &str) -> Option<Self> {
        if cell == "area" {
            return Some(Self::Village);
        }
        Self::ALL
            .iter()
            .copied()
            .find(|field| field.cell() == Some(cell))
    }

    /// Heads as offices write them, without spaces and signs; the app's own labels are among them,
    /// so that what was exported comes in again.
    const fn heads(self) -> &'static [&'static str] {
        match self {
            Self::Name => &[
                "姓名",
                "名字",
                "务工人员姓名",
                "人员姓名",
                "劳动者姓名",
                "本人姓名",
                "农民工姓名",
                "劳动力姓名",
                "name",
                "fullname",
            ],
            Self::Sex => &["性别", "sex", "gender"],
            Self::Birth => &[
                "出生日期",
                "出生年月",
                "出生年月日",
                "出生时间",
                "生日",
                "birthdate",
                "dateofbirth",
                "born",
            ],
            Self::Document => &[
                "证件类型",
                "证件种类",
                "typeofdocument",
                "document",
                "iddocument",
            ],
            Self::IdNumber => &[
                "身份证号",
                "身份证号码",
                "身份证",
                "公民身份号码",
                "公民身份证号码",
                "居民身份证号",
                "居民身份证号码",
                "证件号码",
                "证件号",
                "idnumber",
                "id",
                "idno",
            ],
            Self::Phone => &[
                "联系电话",
                "电话",
                "手机",
                "手机号",
                "手机号码",
                "电话号码",
                "联系方式",
                "本人电话",
                "联系手机",
                "phone",
                "mobile",
                "telephone",
                "phonenumber",
                "mobilephone",
            ],
            Self::Township => &[
                "乡镇",
                "镇",
                "乡镇街道",
                "镇街",
                "乡镇办",
                "所属乡镇",
                "所在乡镇",
                "街道",
                "镇办",
                "township",
                "town",
            ],
            Self::Village => &[
                "村",
                "村居",
                "行政村",
                "所在村",
                "所属村",
                "村名",
                "村庄",
                "社区",
                "村社区",
                "自然村",
                "村委会",
                "村居委会",
                "所在地区",
                "地区",
                "家庭所在地",
                "户籍地",
                "户籍所在地",
                "所在村居",
                "家庭所在村",
                "家庭所在地区",
                "village",
                "area",
                "homearea",
                "homevillage",
            ],
            Self::Head => &[
                "户主",
                "户主姓名",
                "家庭户主",
                "headofhousehold",
                "head",
                "householdhead",
            ],
            Self::Address => &[
                "家庭住址",
                "住址",
                "地址",
                "家庭地址",
                "详细地址",
                "门牌号",
                "现住址",
                "address",
                "homeaddress",
            ],
            Self::Flow => &[
                "流向",
                "去向",
                "返乡情况",
                "返岗情况",
                "返乡状态",
                "外出情况",
                "流动情况",
                "务工状态",
                "人员流向",
                "flow",
                "comingorgoing",
            ],
            Self::WorkArea => &[
                "务工地",
                "务工地点",
                "务工地区",
                "务工地址",
                "外出地点",
                "外出务工地",
                "工作地",
                "工作地点",
                "就业地",
                "就业地点",
                "务工所在地",
                "workarea",
                "workplace",
                "placeofwork",
                "worksin",
            ],
            Self::Trade => &[
                "工种",
                "行业",
                "从事行业",
                "从事工种",
                "职业",
                "trade",
                "occupation",
            ],
            Self::Priority => &[
                "重点类别",
                "重点人群",
                "优先类别",
                "优先服务类别",
                "困难类别",
                "人员类别",
                "类别",
                "帮扶类别",
                "重点服务对象",
                "priority",
                "servedfirst",
                "prioritycategory",
                "prioritygroup",
            ],
            Self::HardToPlace => &[
                "就业困难",
                "是否就业困难",
                "就业困难人员",
                "是否就业困难人员",
                "hardtoplace",
            ],
            Self::LowIncome => &[
                "低收入",
                "是否低收入",
                "低收入人口",
                "低收入家庭",
                "lowincome",
            ],
            Self::OutOfPoverty => &[
                "脱贫",
                "是否脱贫",
                "脱贫人口",
                "是否脱贫人口",
                "脱贫户",
                "是否脱贫户",
                "outofpoverty",
                "liftedoutofpoverty",
            ],
            Self::Education => &["文化程度", "学历", "教育程度", "education", "schooling"],
            Self::Skill => &[
                "技能",
                "技能特长",
                "特长",
                "职业技能",
                "技能等级",
                "技能与证书",
                "skillsandcertificates",
                "skill",
                "skills",
            ],
            Self::Returned => &[
                "返乡日期",
                "返乡时间",
                "回乡日期",
                "回乡时间",
                "返回日期",
                "returnedon",
                "returned",
                "dateofreturn",
            ],
            Self::Leaves => &[
                "计划外出日期",
                "外出日期",
                "外出时间",
                "计划返岗日期",
                "计划返岗时间",
                "拟外出时间",
                "计划外出时间",
                "返岗时间",
                "leaveson",
                "leaving",
                "planstoleaveon",
            ],
            Self::Own(_) => &[],
            Self::Note => &[
                "备注",
                "说明",
                "备注说明",
                "note",
                "notes",
                "remark",
                "remarks",
            ],
        }
    }

    /// The meaning of a column's head, if it is one of those that are known.
    pub fn recognise(head: &str) -> Option<Self> {
        let plain = plain(head);
        if plain.is_empty() {
            return None;
        }
        let knows = |field: &Field| field.heads().contains(&plain.as_str());
        Self::ALL.iter().copied().find(knows)
    }
}

/// A head without what differs from office to office: spaces, signs, what stands in brackets.
pub fn plain(head: &str) -> String {
    let mut depth = 0;
    let mut plain = String::new();
    for c in crate::check::clean_text(head).chars() {
        match c {
            '(' | '（' | '[' | '【' => depth += 1,
            ')' | '）' | ']' | '】' => depth = (depth - 1).max(0),
            c if depth == 0 && c.is_alphanumeric() => plain.extend(c.to_lowercase()),
            _ => {}
        }
    }
    plain
}
