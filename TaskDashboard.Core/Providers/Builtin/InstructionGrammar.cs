using System.Globalization;
using System.Text.RegularExpressions;

namespace TaskDashboard.Core.Providers;

/// <summary>Understands one clause, such as <c>read README.md</c>. The first rule that fits wins.</summary>
internal static class InstructionGrammar
{
    /// <summary>Longer ones are somebody's text rather than an instruction, and the rules are not made for them.</summary>
    private const int LongestClause = 8 * 1024;

    private const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.Singleline | RegexOptions.ExplicitCapture;

    private static readonly Regex Polite = Rule(
        @"^((and|then|now|first|second|third|next|finally|also|afterwards|please|kindly|just|can you|could you|would you|will you|i want you to|i'd like you to|go ahead and|let's|请|再|先|最后|帮我)\b[\s,:]*|请|再|先|最后|帮我)+");

    private static readonly Regex PoliteEnd = Rule(@"[\s,]*(\bplease|\bfor me|\bthanks|\bthank you)?[\s.!?。！？]*$");

    private static readonly Regex Pronoun = Rule(@"^(it|its content|its contents|this|that|them|(this|that|the|the same) (file|document|text)|它|该文件|这个文件)$");

    private static readonly Regex Attached = Rule(@"^(the )?(attachments?|attached( file)?)(\s+(?<path>.+))?$|^附件\s*(?<path>.*)$");

    private static readonly (Regex Rule, Func<Match, Instruction> Make)[] Rules =
    [
        (Rule(@"^((read|open|show|look at|print|display|see)( me)?|读取|阅读|查看|看看)\s*((all )?((the|my) )?(attached (files|images|pictures)|attachments)|(these|those)( attached)?( files| attachments| images| pictures)?|(所有|这些)(附件|文件))$"), _ => new(InstructionKind.AttachedFiles)),
        (Rule(@"^(stop|cancel|never ?mind|that is all|that's all|停止)$"), _ => new(InstructionKind.Stop)),
        (Rule(@"^(help|what can you do|who are you|what are you|帮助|你能做什么)\b.*$"), _ => new(InstructionKind.Help)),

        (Rule(@"^((spawn|start|create|run|delegate)( a| another)?( new)? (sub-?|child |background )?task|in the background)( (called|named) (?<name>[\w.-]+))?(\s+to\s+|\s*[:,：]\s*)(?<text>.+)$"), m => new(InstructionKind.Spawn, Quoted(m, "text"), m.Groups["name"].Value)),
        (Rule(@"^(tell|message)( the)?( task)? (?<path>[\w.-]+)(\s+to\s+|\s*[:,：]\s*)(?<text>.+)$"), m => new(InstructionKind.Tell, Quoted(m, "text"), Path(m))),
        (Rule(@"^(cancel|stop|kill)( the)? (sub-?)?task (?<path>[\w.-]+)$"), m => new(InstructionKind.CancelTask, Path: Path(m))),
        (Rule(@"^wait for( all)?( the| my| your)?( of them)? ?(sub-?)?tasks?( (?<path>[\w.,-]+))?$"), m => new(InstructionKind.WaitForTasks, Path: Path(m))),
        (Rule(@"^(list|show)( all)?( the| my| your)? (sub-?)?tasks$"), _ => new(InstructionKind.ListTasks)),

        (Rule(@"^(re-?run|run|execute|start)( all)?( of)?( (the|its|my|our) test( suite)?|( the| its| my| our)? tests)( (once )?(?<again>again))?( (in|of|under) (the )?((folder|directory|project) )?(?<path>""[^""]+""|`[^`]+`|'[^']+'|\S+))?( (once )?(?<again>again))?$"), Tests),
        (Rule(@"^(fix|repair|correct|mend) (it|(the|that|this) ((failing|failed|broken|wrong)( (line|test|tests|code))?|line|failure|error|bug))$"), _ => new(InstructionKind.FixLine)),
        (Rule(@"^(read|open|show|look at|cat|print|display|读取|阅读|打开)( me)?\s*(?<path>(the )?(attachments?|attached( file)?)(\s+(\S+|""[^""]+""|`[^`]+`|'[^']+'))?|附件\s*\S*)$"), m => new(InstructionKind.ReadFile, Path: Path(m))),
        (Rule(@"^(fetch|get|download|open|read|show|visit|抓取|获取)( me)?( the)?( page| site| url| address| file)?( at)?\s*(?<path>https?://\S+|""https?://[^""\s]+""|`https?://[^`\s]+`)$"), m => new(InstructionKind.Fetch, Path: Path(m))),
        (Rule(@"^((make|write) (a|the) )?plan\s*[:：]\s*(?<text>.+)$"), m => new(InstructionKind.Plan) { Items = InstructionItems.Of(m.Groups["text"].Value) }),
        (Rule(@"^find( me)?( all)?( the)? files?( (named|called|matching|like))? (?<text>""[^""]+""|`[^`]+`|'[^']+'|\S*[*?.]\S*)( (in|under|inside) (?<path>\S+))?$"), m => new(InstructionKind.FindFiles, Quoted(m, "text"), Path(m))),
        (Rule(@"^find( me)?( all)?( the)? (?<text>\S*\*\S*)( files)?( (in|under|inside) (?<path>\S+))?$"), m => new(InstructionKind.FindFiles, Quoted(m, "text"), Path(m))),

        (Rule(@"^(say|stream|produce|generate|write)( me)? (?<n>\d+)( \w+)? words?$"), m => new(InstructionKind.SayWords, Amount: Number(m))),
        (Rule(@"^think( hard| deeply)?( for)? (?<n>[\d.]+) ?(?<unit>ms|milliseconds?|s|secs?|seconds?|m|mins?|minutes?)$"), m => new(InstructionKind.Think, Amount: Seconds(m))),
        (Rule(@"^(repeat|echo|say|重复|说)[:：]?\s*(?<text>.+)$"), m => new(InstructionKind.Echo, Quoted(m, "text"))),
        (Rule(@"^(wait|sleep|pause|等待|等)( for)?\s*(?<n>[\d.]+) ?(?<unit>ms|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|秒|分钟)?( long)?$"), m => new(InstructionKind.Wait, Amount: Seconds(m))),

        (Rule(@"^(replace|change|替换)\s*(?<old>""[^""]+""|“[^”]+”|'[^']+'|`[^`]+`|\S+)\s*(with|by|to|为)\s*(?<new>""[^""]*""|“[^”]*”|'[^']*'|`[^`]*`|\S+)\s*in (?<path>.+)$"), Edit),
        (Rule(@"^(in|edit) (?<path>\S+?)[,:]? (and )?(replace|change) (?<old>""[^""]+""|“[^”]+”|'[^']+'|`[^`]+`|\S+) (with|by|to) (?<new>""[^""]*""|“[^”]*”|'[^']*'|`[^`]*`|\S+)$"), Edit),
        (Rule(@"^edit (?<old>""[^""]+""|“[^”]+”|'[^']+'|`[^`]+`) (with|by|to|into) (?<new>""[^""]*""|“[^”]*”|'[^']*'|`[^`]*`) in (?<path>.+)$"), Edit),
        (Rule(@"^把\s*(?<text>.+?)\s*写入\s*(?<path>\S+)$"), m => new(InstructionKind.Write, Quoted(m, "text"), Path(m))),
        (Rule(@"^(write|save|put) (?<text>""[^""]*""|“[^”]*”|'[^']*'|`[^`]*`|.+?) (to|into|in)( the)?( file)? (?<path>[^\s:]+|""[^""]+""|`[^`]+`)$"), m => new(InstructionKind.Write, Quoted(m, "text"), Path(m))),
        (Rule(@"^(write|create|save|make)( the| a)?( file)? (?<path>[^\s:]+|""[^""]+""|`[^`]+`)(\s*[:：]\s*|\s+with( the)?( content| text)?:?\s+|\s+(containing|saying):?\s+)(?<text>.+)$"), m => new(InstructionKind.Write, Quoted(m, "text"), Path(m))),

        (Rule(@"^(summari[sz]e|sum up|give( me)? a summary of|总结|概括)\s*(?<path>.*)$"), m => new(InstructionKind.Summarise, Path: Path(m))),
        (Rule(@"^(count|how many|统计)( all)?( the| its)?\s*(?<what>(words|lines|characters|letters)((,| and|, and) (words|lines|characters|letters))*)( are| does| is)?( there| it have)?( (in|of|from) (?<path>.+))?$"), m => new(InstructionKind.Count, m.Groups["what"].Value, Path(m))),
        (Rule(@"^统计\s*(?<path>\S+?)\s*的?(?<what>字数|行数|词数)$"), m => new(InstructionKind.Count, m.Groups["what"].Value == "行数" ? "lines" : "words", Path(m))),
        (Rule(@"^(count|统计)\s*(?<path>\S+)$"), m => new(InstructionKind.Count, "", Path(m))),

        (Rule(@"^(list|show|give|ls|列出)( me)?( all)?( of)?( the)?\s*(files|文件)( there are| you see)?( here| there|( (in|of|under|from|inside) (?<path>.+)))?$"), List),
        (Rule(@"^(what|which) files are( there| here)?( (in|under|inside) (?<path>.+))?$"), List),
        (Rule(@"^列出\s*(?<path>\S+?)\s*(中|里|下)?的文件$"), List),
        (Rule(@"^(list|ls|列出)( what is in)?( the)?( folder| directory)?\s*(?<path>\S*)$"), List),

        (Rule(@"^(search|look(?= for)|grep|find|搜索|查找)( for)?\s*(?<text>""[^""]+""|“[^”]+”|'[^']+'|`[^`]+`|.+?)(( (in|inside|under|within) |\s*在\s*)(the )?((file|folder|directory) )?(?<path>\S+))?$"), m => new(InstructionKind.Search, Quoted(m, "text"), Path(m))),
        (Rule(@"^(calculate|compute|calc|evaluate|work out|计算)[:：]?\s*(?<text>.+)$"), m => new(InstructionKind.Calculate, Quoted(m, "text"))),
        (Rule(@"^(what is|what's|how much is) (?<text>[\d(\-+][\d\s.,+\-*/%^()]*)$"), m => new(InstructionKind.Calculate, Quoted(m, "text"))),
        (Rule(@"^(run|execute|运行|执行)( the)?( command)?[:：]?\s*(?<text>.+)$"), m => new(InstructionKind.Run, Quoted(m, "text"))),
        (Rule(@"^(ask( me| the user)?|询问我?|问我)([:：]\s*|\s*,\s*|\s+)(?<text>.+)$"), Ask),
        (Rule(@"^(read|open|show|look at|cat|print|display|读取|阅读|打开)( me)?( the)?( file| content of| contents of)?\s*(?<path>\S+|""[^""]+""|`[^`]+`|the (same )?file)$"), m => new(InstructionKind.ReadFile, Path: Path(m))),
    ];

    /// <summary>The clause as an instruction; <see cref="InstructionKind.Unknown"/> with the clause itself when no rule fits.</summary>
    public static Instruction Read(string clause)
    {
        if (clause.Length > LongestClause) return new Instruction(InstructionKind.Unknown, clause.Trim());
        var whole = Polite.Replace(clause.Trim(), "").Trim();

        // A text to write, echo or ask keeps its own end; everything else loses its full stop.
        var bare = PoliteEnd.Replace(whole, "");
        foreach (var (rule, make) in Rules)
        {
            if (rule.Match(bare) is { Success: true } match)
            {
                var instruction = FromAttachment(make(match));
                return instruction.Kind is InstructionKind.Echo or InstructionKind.Ask or InstructionKind.Write && rule.Match(whole) is { Success: true } entire
                    ? make(entire) : instruction;
            }
        }

        return new Instruction(InstructionKind.Unknown, clause.Trim());
    }

    /// <summary>Is the clause a list, of which the commas are its own?</summary>
    public static bool IsList(string clause) => Read(clause) is { Items.Count: > 0 };

    /// <summary>Does the clause begin like an instruction? Decides whether "and" joins two of them or belongs to one.</summary>
    public static bool IsInstruction(string clause) => Read(clause).Kind != InstructionKind.Unknown;

    /// <summary>"attachment notes.txt" is a file of that name that came with a message, not a path.</summary>
    private static Instruction FromAttachment(Instruction instruction) =>
        instruction.Kind is InstructionKind.ReadFile or InstructionKind.Summarise or InstructionKind.Count && Attached.Match(instruction.Path) is { Success: true } match
            ? instruction with { Path = Path(match), IsAttached = true }
            : instruction;

    private static Regex Rule(string pattern) => new(pattern, Options, TimeSpan.FromSeconds(1));

    private static Instruction Edit(Match match) => new(InstructionKind.Edit, Quoted(match, "old"), Path(match), Quoted(match, "new"));

    private static Instruction Ask(Match match)
    {
        var (question, options) = InstructionItems.Options(Quoted(match, "text"));
        return new Instruction(InstructionKind.Ask, question) { Items = options };
    }

    private static Instruction Tests(Match match)
    {
        var again = match.Groups["again"].Success || match.Value.StartsWith("re", StringComparison.OrdinalIgnoreCase);
        return new Instruction(again && !match.Groups["path"].Success ? InstructionKind.RunTestsAgain : InstructionKind.RunTests, Path: Path(match));
    }

    private static Instruction List(Match match) => new(InstructionKind.ListFiles, Path: Path(match));

    private static double Number(Match match) =>
        double.TryParse(match.Groups["n"].ValueSpan, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static double Seconds(Match match) => Number(match) * (match.Groups["unit"].Value.ToLowerInvariant() switch
    {
        ['m', 's', ..] or ['m', 'i', 'l', ..] => 0.001,
        ['m', ..] or "分钟" => 60,
        _ => 1,
    });

    /// <summary>A path without the words around it; empty when it was left out or only pointed at.</summary>
    private static string Path(Match match)
    {
        var path = Quoted(match, "path");
        if (path.StartsWith("the file ", StringComparison.OrdinalIgnoreCase)) path = path["the file ".Length..];
        return Pronoun.IsMatch(path) ? "" : path;
    }

    private static string Quoted(Match match, string group)
    {
        var text = match.Groups[group].Value.Trim();
        return text.Length >= 2 && (text[0], text[^1]) is ('"', '"') or ('“', '”') or ('\'', '\'') or ('`', '`') ? text[1..^1] : text;
    }
}
