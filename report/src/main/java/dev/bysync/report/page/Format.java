package dev.bysync.report.page;

import java.io.IOException;

/** The forms of a report. */
public enum Format {
  HTML {
    @Override
    public String write(Report report) throws IOException {
      return HtmlPage.of(report);
    }
  },
  MARKDOWN {
    @Override
    public String write(Report report) {
      return MarkdownPage.of(report);
    }
  },
  CSV {
    @Override
    public String write(Report report) throws IOException {
      return CsvTable.of(report);
    }
  },
  JSON {
    @Override
    public String write(Report report) throws IOException {
      return JsonDocument.of(report);
    }
  };

  /** The whole report as text. */
  public abstract String write(Report report) throws IOException;
}
