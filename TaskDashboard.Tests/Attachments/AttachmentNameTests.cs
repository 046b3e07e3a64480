using TaskDashboard.Core.Attachments;

namespace TaskDashboard.Tests.Attachments;

public sealed class AttachmentNameTests
{
    [Theory]
    [InlineData("notes.txt", "notes.txt")]
    [InlineData("../../x", "x")]
    [InlineData("/etc/passwd", "passwd")]
    [InlineData("C:\\Users\\me\\plan.md", "plan.md")]
    [InlineData("  with space.txt ", "with space.txt")]
    [InlineData("line\nbreak\0.txt", "linebreak.txt")]
    [InlineData("exe\u202Egpj.exe", "exegpj.exe")]
    [InlineData("报告.md", "报告.md")]
    [InlineData(".gitignore", ".gitignore")]
    public void Name_IsItsLastPart_WithoutWhatCannotBeSeen(string sent, string name)
    {
        Assert.Null(AttachmentName.Read(sent, out var read));
        Assert.Equal(name, read);
    }

    [Theory]
    [InlineData(null, "missing")]
    [InlineData("  ", "missing")]
    [InlineData("..", "has to be that of a file")]
    [InlineData("a/..", "has to be that of a file")]
    [InlineData("folder/", "has to be that of a file")]
    [InlineData("\u0001", "has to be that of a file")]
    public void WhatIsNoName_IsRefused(string? sent, string why) => Assert.Contains(why, AttachmentName.Read(sent, out _), StringComparison.Ordinal);

    [Fact]
    public void Name_HasUpTo255Characters()
    {
        Assert.Null(AttachmentName.Read(new string('a', 255), out _));
        Assert.Contains("longer than 255", AttachmentName.Read(new string('a', 256), out _), StringComparison.Ordinal);
    }
}
