using System.Text.Json.Nodes;
using TaskDashboard.App.Agents;
using YamlDotNet.Core;

namespace TaskDashboard.Tests.Agents;

/// <summary>YAML as another spelling of JSON.</summary>
public sealed class YamlTextTests
{
    [Theory]
    [InlineData("plain words")]
    [InlineData("")]
    [InlineData(" spaces around ")]
    [InlineData("true")]
    [InlineData("Null")]
    [InlineData("no")]
    [InlineData("12")]
    [InlineData("1e3")]
    [InlineData("~")]
    [InlineData("- a list?")]
    [InlineData("key: value # comment")]
    [InlineData("*alias &anchor !tag %directive @at `tick`")]
    [InlineData("'quoted' and \"doubly\" and \\ backslash")]
    [InlineData("one\ntwo\n\nfour")]
    [InlineData("ends with a line\n")]
    [InlineData("\nbegins with one")]
    [InlineData("  indented first\nline")]
    [InlineData("tab\there\nand there")]
    [InlineData("trailing space \nline")]
    [InlineData("carriage\r\nreturn")]
    [InlineData("---\n...\n")]
    [InlineData("你好，世界 🚀\n第二行")]
    [InlineData("\u0001\u007f\u2028\ufeff")]
    public void Text_ComesBackAsItWas(string text)
    {
        var written = YamlText.Write(new JsonObject { ["text"] = text, ["list"] = new JsonArray(text, text), [text.Length == 0 ? "empty" : text] = 1 });

        var read = YamlText.Read(written)!;

        Assert.Equal(text, read["text"]!.GetValue<string>());
        Assert.Equal(text, read["list"]![1]!.GetValue<string>());
        Assert.True(JsonNode.DeepEquals(read, YamlText.Read(YamlText.Write(read))));
    }

    [Fact]
    public void Values_AreReadAsJsonHasThem()
    {
        var read = YamlText.Read("a: 1\nb: 0.5\nc: true\nd: null\ne: ~\nf: yes\ng: \"1\"\nh: []\ni: {}\nj: 007\nk: -3\n")!;

        Assert.Equal("""{"a":1,"b":0.5,"c":true,"d":null,"e":null,"f":"yes","g":"1","h":[],"i":{},"j":"007","k":-3}""", read.ToJsonString());
    }

    [Theory]
    [InlineData("a: &x [1]\nb: *x\n", "anchors")]
    [InlineData("a: *x\n", "aliases")]
    [InlineData("&top a: 1\n", "anchors")]
    [InlineData("a: !!python/object:os.system ls\n", "tags")]
    [InlineData("a: !x 1\n", "tags")]
    [InlineData("a: 1\na: 2\n", "twice")]
    [InlineData("a: 1\n---\nb: 2\n", "more than one document")]
    [InlineData("[a]: 1\n", "name has to be a text")]
    [InlineData("", "empty")]
    [InlineData("a: [[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]", "nested")]
    public void WhatIsMoreThanJson_IsRefused_WithTheReason(string text, string reason) =>
        Assert.Contains(reason, Assert.ThrowsAny<YamlException>(() => YamlText.Read(text)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("a: [1")]
    [InlineData("a: 'b")]
    [InlineData("a:\n\t- b")]
    [InlineData("{")]
    [InlineData("a: b: c")]
    public void WhatIsNoYaml_IsRefused(string text)
    {
        var failure = Assert.ThrowsAny<Exception>(() => YamlText.Read(text));
        Assert.True(failure is YamlException or InvalidOperationException, failure.ToString());
    }
}
