using System.Diagnostics;
using TaskDashboard.Core.Tools.Network;

namespace TaskDashboard.Tests.Tools.Network;

public sealed class HtmlTextTests
{
    private static readonly Uri Address = new("https://example.com/docs/index.html");

    [Theory]
    [InlineData("<p>one  two\n three</p><p>four</p>", "one two three\n\nfour")]
    [InlineData("<div>a</div><div>b<br>c</div>", "a\nb\nc")]
    [InlineData("<h2>Head</h2>text", "## Head\n\ntext")]
    [InlineData("<ul><li>a</li><li><p>b</p></li></ul>end", "- a\n\nb\n\nend")]
    [InlineData("<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>", "a | b\n1 | 2")]
    [InlineData("a<b>b</b><i> c </i>d", "ab c d")]
    [InlineData("&lt;b&gt; &amp;amp; &uuml;&#8364;", "<b> &amp; ü€")]
    [InlineData("<pre>\n  a\n    b\n</pre>c", "a\n    b\n\n\nc")]
    [InlineData("a<script>if (1 < 2) '</p>'</script>b<style>p{}</style>c<!-- d -->e<!DOCTYPE x>f<?g?>h", "abcefh")]
    [InlineData("a<!-->b", "ab")]
    [InlineData("1 < 2 and <3 <", "1 < 2 and <3 <")]
    [InlineData("<img src=x alt='A cat'><img alt=''>", "[image: A cat]")]
    [InlineData("<SCRIPT>x</SCRIPT\n>y", "y")]
    [InlineData("<p title='>' data-x=\">\">a</p>", "a")]
    [InlineData("", "")]
    [InlineData("<p", "")]
    [InlineData("a<!-- never closed", "a")]
    [InlineData("a<script>never closed", "a")]
    public void Page_IsReadAsText(string html, string text) => Assert.Equal(text, HtmlText.Of(html, Address));

    [Theory]
    [InlineData("<a href='more.html'>more</a>!", "[more](https://example.com/docs/more.html)!")]
    [InlineData("see <a class=x href=/a?b=1&amp;c=2> the <b>page</b> </a> now", "see [the page](https://example.com/a?b=1&c=2) now")]
    [InlineData("<a href=\"https://other.example/\"><h2>News</h2></a><p>x", "## [News](https://other.example/)\n\nx")]
    [InlineData("<a href='#top'>up</a> <a href='javascript:go()'>go</a> <a href='mailto:a@b.c'>mail</a> <a name=x>x</a>", "up go mail x")]
    [InlineData("<a href='/empty'> </a>x", "x")]
    [InlineData("<a href='/one'>one<a href='/two'>two</a>", "[one](https://example.com/one)[two](https://example.com/two)")]
    [InlineData("<a href='/open'>open", "[open](https://example.com/open)")]
    [InlineData("<base href='https://cdn.example/x/'><a href='y'>y</a>", "[y](https://cdn.example/x/y)")]
    public void Links_LeadWhereTheyLead(string html, string text) => Assert.Equal(text, HtmlText.Of(html, Address));

    [Fact]
    public void Title_StandsFirst_UnlessThePageRepeatsIt()
    {
        Assert.Equal("# The A & B\n\ntext", HtmlText.Of("<title>The\n A &amp; B</title><p>text", Address));
        Assert.Equal("# Same\n\ntext", HtmlText.Of("<title>Same</title><h1>Same</h1><p>text", Address));
        Assert.Equal("# Only", HtmlText.Of("<head><title>Only</title></head>", Address));
    }

    [Theory]
    [InlineData("<div>")]
    [InlineData("<b a=1>")]
    [InlineData("<a href=x>")]
    [InlineData("<")]
    [InlineData("<!--")]
    [InlineData("<a \"")]
    [InlineData("<p a='")]
    [InlineData("</title")]
    [InlineData("<title>")]
    [InlineData("<pre>\n")]
    [InlineData("&amp")]
    public void PageThatWasMadeToHurt_CostsNoMoreThanAnother(string piece)
    {
        var clock = Stopwatch.StartNew();
        HtmlText.Of(string.Concat(Enumerable.Repeat(piece, WebReader.MaxBytes / piece.Length)), Address);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(10), $"took {clock.Elapsed}");
    }
}
