using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using TaskDashboard.App.ViewModels.Text;

namespace TaskDashboard.App.Components.Chats;

/// <summary>
/// HTML of a block that grows, drawn as elements and short pieces of text: what is sent to the browser for a change is the piece that changed, and
/// not the whole block, which a string of markup would be.
/// </summary>
public sealed class GrowingMarkup : ComponentBase
{
    private IReadOnlyList<MarkupNode>? nodes;

    /// <summary>What <see cref="SafeMarkdown"/> wrote.</summary>
    [Parameter, EditorRequired] public required string Html { get; set; }

    protected override void OnParametersSet() => nodes = MarkupNode.Parse(Html);

    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        if (nodes is null) builder.AddMarkupContent(0, Html);
        else Draw(builder, nodes);
    }

    /// <summary>Numbered by their place, even for elements and odd for text: a piece that is added behind the others leaves them alone.</summary>
#pragma warning disable ASP0006 // What is drawn has no place in the source: a node's place among its siblings is what tells it from the others.
    private static void Draw(RenderTreeBuilder builder, IReadOnlyList<MarkupNode> nodes)
    {
        for (var index = 0; index < nodes.Count; index++)
        {
            var node = nodes[index];
            if (node.Element is null)
            {
                builder.AddContent(2 * index + 1, node.Text);
                continue;
            }

            builder.OpenElement(2 * index, node.Element);
            builder.AddMultipleAttributes(0, node.Attributes);
            Draw(builder, node.Children);
            builder.CloseElement();
        }
    }
#pragma warning restore ASP0006
}
