"""Questions that have nothing to do with any article: they calibrate abstention, beside the near misses."""

from __future__ import annotations

from policy_qa.records import Language

OFF_TOPIC: dict[Language, tuple[str, ...]] = {
    "zh": (
        "今天北京天气怎么样？",
        "明天股市会涨吗？",
        "红烧肉怎么做才不腻？",
        "世界杯决赛是哪两支球队？",
        "感冒了应该吃什么药？",
        "从上海到杭州坐高铁要多久？",
        "《红楼梦》的作者是谁？",
        "珠穆朗玛峰有多高？",
        "怎样学好英语口语？",
        "光合作用分哪几个阶段？",
        "中国人民银行现在的存款利率是多少？",
        "哪家酒店离机场最近？",
        "二战是哪一年结束的？",
        "北京有多少个地铁站？",
        "美国现在的失业率是多少？",
        "怎么给孩子起名字？",
        "上海的房价去年跌了多少？",
        "谁得了去年的诺贝尔文学奖？",
        "企业所得税的税率是多少？",
        "新能源汽车补贴什么时候取消？",
    ),
    "en": (
        "What is the weather like in Beijing today?",
        "Will the stock market rise tomorrow?",
        "How do I cook rice without burning it?",
        "Which two teams played in the World Cup final?",
        "What medicine helps against a cold?",
        "How long does the train from Shanghai to Hangzhou take?",
        "Who wrote Dream of the Red Chamber?",
        "How high is Mount Everest?",
        "How can I improve my spoken Chinese?",
        "What are the stages of photosynthesis?",
        "What is the deposit rate of China's central bank?",
        "Which hotel is closest to the airport?",
        "In what year did the Second World War end?",
        "How many metro stations does Beijing have?",
        "What is the unemployment rate in the United States?",
        "What is a good name for a cat?",
        "How far did house prices in Shanghai fall last year?",
        "Who won last year's Nobel Prize in Literature?",
        "What is the corporate income tax rate in China?",
        "When will subsidies for electric cars end in China?",
    ),
}
