using TaskDashboard.App.ViewModels.Text;

namespace TaskDashboard.Tests.ViewModels.Text;

public class MarkupNodeTests
{
    [Theory]
    [InlineData("words of a sentence that goes on ")]
    [InlineData("line by line();\n")]
    [InlineData("nospaces")]
    [InlineData("😀")]
    public void ATextThatGrows_KeepsThePiecesBeforeItsLast(string word)
    {
        var text = string.Concat(Enumerable.Repeat(word, 1 + 3_000 / word.Length));
        List<string> before = [];
        for (var length = 1; length <= text.Length; length++)
        {
            if (char.IsHighSurrogate(text[length - 1])) continue;
            List<string> pieces = [.. MarkupNode.Cut(text[..length])];
            Assert.Equal(text[..length], string.Concat(pieces));
            Assert.All(pieces, piece => Assert.InRange(piece.Length, 1, MarkupNode.MostLength));
            Assert.Equal(before.SkipLast(1), pieces.Take(before.Count - 1));
            before = pieces;
        }

        Assert.True(before.Count > 5, $"{before.Count} pieces");
    }

    [Fact]
    public void ItsElements_HaveTheirAttributesAndChildren()
    {
        var nodes = MarkupNode.Parse("<p>One <a href=\"https://example.com/?a=1&amp;b=2\">two</a><br />\nthree &lt;b&gt;</p>\n<hr />")!;

        Assert.Equal(["p", null, "hr"], nodes.Select(node => node.Element));
        Assert.Equal("\n", nodes[1].Text);
        Assert.Equal([null, "a", "br", null], nodes[0].Children.Select(node => node.Element));
        Assert.Equal(("href", "https://example.com/?a=1&b=2"), nodes[0].Children[1].Attributes.Select(attribute => (attribute.Key, (string)attribute.Value)).Single());
        Assert.Equal("\nthree <b>", nodes[0].Children[3].Text);
    }

    [Fact]
    public void WhatDoesNotCloseItsElements_HasNoNodes() => Assert.Null(MarkupNode.Parse("<p>One<br>"));
}
