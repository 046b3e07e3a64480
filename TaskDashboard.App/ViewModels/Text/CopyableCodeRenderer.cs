using System.Net;
using Markdig.Renderers;
using Markdig.Renderers.Html;
using Markdig.Syntax;

namespace TaskDashboard.App.ViewModels.Text;

/// <summary>A code block with its language and a copy button above it; <c>js/shell.js</c> does the copying for every page, <c>js/code-colours.js</c> the colours.</summary>
internal sealed class CopyableCodeRenderer(string copyLabel) : HtmlObjectRenderer<CodeBlock>
{
    protected override void Write(HtmlRenderer renderer, CodeBlock block)
    {
        var language = (block as FencedCodeBlock)?.Info?.Split(' ', 2)[0] ?? "";
        renderer.Write("<code-block class=\"code-block\" data-language=\"")
            .WriteEscape(language)
            .Write("\"><div class=\"code-block-bar\"><span>")
            .WriteEscape(language)
            .Write("</span><button type=\"button\" class=\"code-copy\" data-copy-code=\"\">")
            .Write(WebUtility.HtmlEncode(copyLabel))
            .Write("</button></div><pre tabindex=\"0\"><code>");
        renderer.WriteLeafRawLines(block, writeEndOfLines: true, escape: true);
        renderer.WriteLine("</code></pre></code-block>");
    }
}
