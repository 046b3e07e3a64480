using Microsoft.Extensions.AI;
using TaskDashboard.Core.Providers;

namespace TaskDashboard.Tests.Providers;

/// <summary>A conversation with the builtin assistant in which its tool calls are carried out, as the agent loop does it.</summary>
internal sealed class BuiltinTalk(IList<AITool> tools)
{
    private const int MostSteps = 20;

    public List<ChatMessage> Messages { get; } = [];

    public List<FunctionCallContent> Calls { get; } = [];

    /// <summary>What was done, call for call, such as <c>read_file demo/a.txt</c>.</summary>
    public IEnumerable<string> Done => Calls.Select(call => $"{call.Name} {call.Arguments!.Values.FirstOrDefault()}");

    /// <summary>Says something and lets the assistant work until it wants no more; answers what it said in between and at the end.</summary>
    public Task<string> SayAsync(string message) => SayAsync(new ChatMessage(ChatRole.User, message));

    public async Task<string> SayAsync(ChatMessage message)
    {
        Messages.Add(message);
        var said = new List<string>();
        for (var step = 0; step < MostSteps; step++)
        {
            var answer = await StepAsync();
            if (answer.Text.Length > 0) said.Add(answer.Text);
            if (!answer.Contents.OfType<FunctionCallContent>().Any()) return string.Join("\n\n", said);
        }

        throw new InvalidOperationException($"The assistant does not come to an end: {string.Join(", ", Done)}");
    }

    /// <summary>One model call, and the tool calls that it asks for.</summary>
    public async Task<ChatMessage> StepAsync()
    {
        var contents = BuiltinAssistant.Answer(Messages, new ChatOptions { Tools = tools }).Select(piece => piece.Content).ToList();
        var answer = new ChatMessage(ChatRole.Assistant, [.. contents.Where(content => content is not TextContent), new TextContent(string.Concat(contents.OfType<TextContent>().Select(text => text.Text)))]);
        Messages.Add(answer);
        List<AIContent> results = [];
        foreach (var call in contents.OfType<FunctionCallContent>())
        {
            Calls.Add(call);
            var tool = tools.OfType<AIFunction>().Single(one => one.Name == call.Name);
            results.Add(new FunctionResultContent(call.CallId, (await tool.InvokeAsync(new AIFunctionArguments(call.Arguments)))?.ToString()));
        }

        if (results.Count > 0) Messages.Add(new ChatMessage(ChatRole.Tool, results));
        return answer;
    }
}
